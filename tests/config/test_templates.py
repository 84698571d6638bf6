"""What would stand on a page though nobody meant it to."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_remark_in_a_template_ends_on_its_line():
    """A longer one is no remark to Django, and is shown to everybody."""
    open_ended = [
        f"{page.relative_to(ROOT)}:{number}"
        for page in sorted((ROOT / "templates").rglob("*.*"))
        if page.is_file()
        for number, line in enumerate(page.read_text().splitlines(), start=1)
        if line.count("{#") != line.count("#}")
    ]
    assert open_ended == []
