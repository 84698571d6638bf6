"""The table of the policy stays true: its files exist, name the row they keep, and the code cites no unknown row."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = {
    match["id"]: match["rest"]
    for match in re.finditer(
        r"^\| (?P<id>(?:CARD|MEM|SEC|RISK|LOY|SVC)-\d+) (?P<rest>.+)$",
        (ROOT / "docs/policy-coverage.md").read_text(),
        re.M,
    )
}
THIS_RELEASE = {
    *(f"CARD-{number:02}" for number in (1, *range(3, 9), *range(10, 19), 24, 25)),
    *(f"LOY-{number:02}" for number in (*range(1, 12), 13, 15, 17, 18)),
    *("MEM-10", "MEM-11", "MEM-13", "SEC-05", "CARD-26"),
    *(f"SVC-{number:02}" for number in range(1, 17)),
    *("MEM-01", "MEM-03", "MEM-05", "MEM-08", "SEC-01", "SEC-02", "SEC-03", "SEC-04", "SEC-06", "RISK-09"),
}
UNCITED = {"config/content_security.py", "config/locale/zh_Hans/LC_MESSAGES/django.po", "core/templatetags/ui.py"}


def test_every_row_of_this_release_is_in_the_table() -> None:
    assert set(ROWS) == THIS_RELEASE


@pytest.mark.parametrize("row", sorted(ROWS))
def test_what_a_row_names_exists_and_names_the_row(row: str) -> None:
    named = [name for name in re.findall(r"`([\w/.]+\.\w+)`", ROWS[row]) if "/" in name]
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert any(name.startswith("tests/") for name in named)
    code = [name for name in named if not name.startswith("tests/") and name not in UNCITED]
    assert [name for name in code if row not in (ROOT / name).read_text()] == []
