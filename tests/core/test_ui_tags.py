"""What the template tags write, in the three languages and against hostile content."""

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation

from core.money import Money
from core.templatetags import ui

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 129900|money }}", "¥1,299.00"),
        ("{{ 5|money }}", "¥0.05"),
        ("{{ minus|money }}", f"{MINUS}¥12.50"),
        ("{% money 129900 'HKD' %}", "HK$1,299.00"),
        ("{{ 129900|money:'JPY' }}", "JP¥129,900"),
        ("{{ 129900|money:'KWD' }}", f"KWD{NBSP}129.900"),
        ("{{ 129900|price }}", "¥1,299"),
        ("{{ 129950|price }}", "¥1,299.50"),
        ("{{ amount|money }}", "US$7.00"),
        ("{{ nothing|money }}{{ nothing|day }}{{ nothing|number }}", ""),
        ("{{ 1234567|number }}", "1,234,567"),
    ],
)
def test_money_is_written_alike_in_the_three_languages(language, source, shown):
    with translation.override(language):
        assert render(source, minus=-1250, nothing=None, amount=Money(700, "USD")) == shown


@pytest.mark.parametrize(
    ("language", "day", "short", "month", "moment"),
    [
        ("en", f"12{NBSP}March 2027", f"12{NBSP}Mar 2027", "March 2027", f"12{NBSP}March 2027, 02:30"),
        ("zh-hans", "2027年3月12日", "2027/3/12", "2027年3月", "2027年3月12日 02:30"),
        ("zh-hant", "2027年3月12日", "2027/3/12", "2027年3月", "2027年3月12日 02:30"),
    ],
)
def test_days_and_moments_speak_the_readers_language(language, day, short, month, moment):
    on = dt.date(2027, 3, 12)
    at = dt.datetime(2027, 3, 11, 18, 30, tzinfo=dt.UTC)
    with translation.override(language):
        assert render("{{ on|day }}", on=on) == day
        assert render("{{ on|day_short }}", on=on) == short
        assert render("{{ on|month }}", on=on) == month
        assert render("{{ at|moment }}", at=at) == moment
        assert render("{{ at|when }}|{{ on|when }}", at=at, on=on) == f"{moment}|{day}"


def test_a_moment_late_in_utc_falls_on_the_next_business_day():
    at = dt.datetime(2027, 12, 31, 16, 0, tzinfo=dt.UTC)
    assert render("{{ at|day }} {{ at|time_of_day }}", at=at) == f"1{NBSP}January 2028 00:00"


def test_an_icon_is_decoration_and_carries_no_inline_style():
    drawn = render('{% icon "gift" 32 "big" %}')
    assert drawn.startswith("<svg")
    assert 'aria-hidden="true"' in drawn
    assert 'width="32"' in drawn
    assert 'class="icon big"' in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize(
    ("value", "maximum", "share", "full"),
    [
        (0, 60, None, False),
        (30, 60, 0.5, False),
        (60, 60, 1.0, True),
        (90, 60, 1.0, True),
        (-5, 60, None, False),
        (3, 0, 1.0, True),
    ],
)
def test_a_ring_is_never_over_full_nor_below_nothing(value, maximum, share, full):
    drawn = render("{% ring value maximum 'Visits' %}", value=value, maximum=maximum)
    dash = re.search(r'stroke-dasharray="([\d.]+) ([\d.]+)"', drawn)
    assert ("data-full" in drawn) is full
    if share is None:
        assert dash is None
    else:
        assert dash is not None
        assert float(dash[1]) / float(dash[2]) == pytest.approx(share, abs=1e-3)
    assert "Visits" in drawn


@pytest.mark.parametrize(
    ("rows", "heights"),
    [
        ([("Jan", 0), ("Feb", 0)], ["0.0", "0.0"]),
        ([("Jan", 50), ("Feb", 200)], ["25.0", "100.0"]),
        ([("Jan", -5), ("Feb", 10)], ["0.0", "100.0"]),
        ([{"label": "Jan", "value": 5, "text": "¥5"}], ["100.0"]),
        ([], []),
    ],
)
def test_bars_stand_between_the_floor_and_the_ceiling(rows, heights):
    drawn = render("{% bar_chart rows caption='Lapsing' %}", rows=rows)
    assert re.findall(r' height="([\d.]+)"', drawn) == heights
    assert drawn.count("<th scope=") == len(rows)


def test_a_chart_says_its_numbers_to_a_screen_reader():
    drawn = render("{% bar_chart rows caption='Lapsing' %}", rows=[{"label": "Jan", "value": 5, "text": "¥5"}])
    table = drawn[drawn.index("<table") : drawn.index("</table>")]
    assert ElementTree.fromstring(table + "</table>").findtext(".//td") == "¥5"


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("active", "ok"),
        ("in_grace", "warn"),
        ("expired", "bad"),
        ("issued", "info"),
        ("draft", "quiet"),
        ("unheard", "quiet"),
    ],
)
def test_a_state_has_one_tone_everywhere(state, tone):
    drawn = ui.status_pill(state, "<b>Word</b>")
    assert f"pill-{tone}" in drawn
    assert "&lt;b&gt;Word" in drawn
    assert "<svg" in drawn


def test_no_state_is_given_two_tones():
    words = [word for states in ui.STATE_TONES.values() for word in states.split()]
    assert len(words) == len(set(words))


def test_a_qr_code_escapes_its_label_and_needs_no_inline_style():
    drawn = ui.qr("TESSERA:1:6688", label="<script>")
    assert "<script>" not in drawn
    assert "style=" not in drawn
    assert ElementTree.fromstring(drawn).get("viewBox")


def test_empty_state_and_stat_escape_what_they_are_given():
    drawn = render(
        "{% empty_state 'inbox' title url='/x' action=title %}{% stat title 5 %}", title="<script>alert(1)</script>"
    )
    assert "<script>" not in drawn
