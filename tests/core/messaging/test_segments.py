import pytest

from core.messaging import segments


@pytest.mark.parametrize(
    ("text", "units", "count", "unicode"),
    [
        ("", 0, 0, False),
        ("a" * 160, 160, 1, False),
        ("a" * 161, 161, 2, False),
        ("a" * 306, 306, 2, False),
        ("a" * 307, 307, 3, False),
        ("€" * 80, 160, 1, False),
        ("a" * 152 + "€" * 10, 172, 2, False),
        ("ç", 1, 1, True),
        ("会" * 70, 70, 1, True),
        ("会" * 71, 71, 2, True),
        ("会" * 134, 134, 2, True),
        ("会" * 135, 135, 3, True),
        ("😀" * 35, 70, 1, True),
        ("会" * 66 + "😀" + "会" * 66, 134, 3, True),
        ("𠮷" * 36, 72, 2, True),
    ],
)
def test_a_text_costs_what_the_standard_says(text, units, count, unicode):
    assert segments.cost(text) == segments.Cost(units, count, unicode)
