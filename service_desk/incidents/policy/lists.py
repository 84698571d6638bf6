"""SVC-16 · D12 — a pasted list of member and card numbers: what stands on each line, and which lines hold nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_LINES = 10_000


@dataclass(frozen=True)
class Line:
    """A line of a list: its number, counted from one, and the digits found in its first column."""

    number: int
    digits: str


def lines(text: str) -> Iterator[Line]:
    """SVC-16 · D12 — each line that is not empty, its first column without spaces, hyphens and quotes; others are left out."""
    for number, raw in enumerate(text.replace("\ufeff", "").splitlines(), start=1):
        if not raw.strip():
            continue
        first = raw.replace(";", ",").replace("\t", ",").split(",")[0]
        yield Line(number, "".join(one for one in first if one.isalnum()))


def is_header(line: Line) -> bool:
    """SVC-16 · D12 — the first line of a file may name its column instead of holding a number."""
    return line.number == 1 and not any(one.isdecimal() for one in line.digits)
