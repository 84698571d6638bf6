"""SVC-15 · D6.4 — what changed between two versions of a text, line by line."""

import difflib
from typing import Literal

Mark = Literal["same", "gone", "new"]
_MARKS: dict[str, Mark] = {" ": "same", "-": "gone", "+": "new"}
MOST_LINES = 2_000


def lines(before: str, after: str) -> list[tuple[Mark, str]]:
    """Every line, told whether it stayed, went or came; empty ones are left out."""
    old, new = before.split("\n")[:MOST_LINES], after.split("\n")[:MOST_LINES]
    told = difflib.ndiff(old, new, charjunk=None)
    return [(_MARKS[line[0]], line[2:]) for line in told if line[0] in _MARKS and line[2:].strip()]
