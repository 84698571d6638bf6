"""Make `.venv` from a lock file on a machine that has only Python and pip: `python config/bootstrap.py run|dev|lock`.

Every package is checked against its hash. uv (itself hash-checked, from the same lock) fills the environment in
seconds; where uv cannot, pip does. Done once per lock file: a stamp makes every further call instant.
Run as a plain script by the Makefile, before anything is installed: standard library only.
"""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
# pip option → the variables that tell uv the same; lists are joined with the separator.
UV_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", ""),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "no-index": ("UV_NO_INDEX", ""),
    "cert": ("SSL_CERT_FILE", ""),
    "proxy": ("ALL_PROXY", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
}
SECTIONS = ("global", "install", ":env:")  # weakest first


class BootstrapError(Exception):
    """The environment could not be made; the text tells the person what to do."""


def main(task: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  (a script that any Python on the machine may be asked to run)
        raise BootstrapError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    home = ROOT / ".venv"
    python = home / "bin" / "python"
    provide(home, python, "run" if task == "run" else "dev")
    if task == "lock":
        lock(python)


def provide(home: Path, python: Path, kind: str) -> None:
    """Make or renew the environment unless the stamp says that it is what the lock file names."""
    stamp = home / "tessera.json"
    found = read_stamp(stamp) if works(python) else {}
    if kind == "run" and found.get("kind") == "dev":
        kind = "dev"  # never take the developer's tools away
    wanted = {"kind": kind, "lock": digest(ROOT / LOCKS[kind])}
    if found == wanted:
        return
    if not works(python):
        say(f"making {home.name}")
        make(home, python)
    stamp.unlink(missing_ok=True)
    say(f"installing {LOCKS[kind]} (once)")
    install(python, ROOT / LOCKS[kind])
    stamp.write_text(json.dumps(wanted))


def works(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0


def read_stamp(stamp: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make(home: Path, python: Path) -> None:
    """A virtual environment with pip in it; a Python without ensurepip (Debian's) lends its own pip."""
    shutil.rmtree(home, ignore_errors=True)
    try:
        venv.create(home, with_pip=True)
    except subprocess.CalledProcessError:
        venv.create(home, with_pip=False, clear=True)
        run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "pip"])


def install(python: Path, lock: Path) -> None:
    """Fill the environment with exactly what the lock file names."""
    try:
        with tempfile.TemporaryDirectory() as tools:
            uv = fetch_uv(python, Path(tools))
            environment = os.environ | uv_environment(pip_configuration(python), os.environ)
            sync = ["pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(lock)]
            run([str(uv), *sync], environment)
    except (BootstrapError, OSError) as failure:
        say(f"uv could not ({failure}); installing with pip, which takes longer")
        run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)])


def fetch_uv(python: Path, into: Path) -> Path:
    """The uv that the developers' lock pins, into a folder of its own that is thrown away afterwards."""
    pinned = into / "uv.txt"
    pinned.write_text(locked(ROOT / LOCKS["dev"], "uv"))
    target = ["--target", str(into / "uv"), "--require-hashes", "-r", str(pinned)]
    run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", *target])
    return into / "uv" / "bin" / "uv"


def locked(lock: Path, package: str) -> str:
    """The lines of one package in a lock file: version and hashes."""
    lines = iter(lock.read_text().splitlines())
    for line in lines:
        if line.startswith(f"{package}=="):
            block = [line]
            while block[-1].endswith("\\"):
                block.append(next(lines))
            return "\n".join(block)
    raise BootstrapError(f"{package} is not in {lock.name}")


def pip_configuration(python: Path) -> dict[str, str]:
    """What pip is configured with, by file or environment: option → value, the stronger source last."""
    listed = subprocess.run([python, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in found:
            found[section][option] = str(ast.literal_eval(value))
    return {option: value for section in SECTIONS for option, value in found[section].items()}


def uv_environment(configuration: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The same said to uv, which reads none of pip's configuration; what the person told uv himself stands."""
    told: dict[str, str] = {}
    for option, value in configuration.items():
        variable, separator = UV_VARIABLES.get(option, ("", ""))
        if variable and variable not in environment:
            told[variable] = separator.join(value.split()) if separator else value
    # pip takes a package from any index that has it; so may uv, since the hashes decide what is accepted.
    return told | ({"UV_INDEX_STRATEGY": "unsafe-best-match"} if "UV_INDEX_STRATEGY" not in environment else {})


def lock(python: Path) -> None:
    """Renew both lock files from pyproject.toml (`make lock`), for every platform at once."""
    environment = os.environ | uv_environment(pip_configuration(python), os.environ)
    every = ["-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"]
    command = [str(python), *every, "--upgrade", "--custom-compile-command", "make lock", "pyproject.toml"]
    run([*command, "-o", LOCKS["run"]], environment)
    run([*command, "--group", "dev", "-c", LOCKS["run"], "-o", LOCKS["dev"]], environment)


def run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BootstrapError(f"{Path(command[0]).name} ended with code {done.returncode}: {done.stderr.strip()}")


def say(line: str) -> None:
    print(f"tessera: {line}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except BootstrapError as failure:
        sys.exit(f"tessera: {failure}")
