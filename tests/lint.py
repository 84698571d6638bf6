"""Every check of the source, one after another; all of them run even when one finds something: `make lint`."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["config", "analytics", "service_desk", "loyalty", "cards", "risk", "members", "core"]
PYTHON = [sys.executable, "-m"]
BIN = Path(sys.executable).parent
CHECKS = {
    "style": [*PYTHON, "ruff", "check", "."],
    "format": [*PYTHON, "ruff", "format", "--check", "."],
    "types": [*PYTHON, "mypy", *APPS, "tests"],
    "templates": [*PYTHON, "djlint", "--quiet", "--lint", "templates"],
    "import line": [sys.executable, str(BIN / "lint-imports")],
    "missing migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "security": [
        *PYTHON,
        "bandit",
        "--quiet",
        "--severity-level",
        "medium",
        "--configfile",
        "pyproject.toml",
        "--recursive",
        *APPS,
    ],
}


def main() -> int:
    failed = []
    for name, command in CHECKS.items():
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{'✗' if done.returncode else '✓'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"to mend: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
