"""Translations compiled with polib where the programme starts, so that no machine needs gettext."""

from pathlib import Path

import polib


def compile_all(root: Path) -> int:
    """Write the .mo beside each .po under `root` that is newer than it; returns how many were written."""
    written = 0
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        unfinished = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        written += 1
    return written


if __name__ == "__main__":  # the image is built without a database: python -m core.catalogues
    compile_all(Path(__file__).resolve().parent.parent)
