"""WCAG 2.2 AA of the design tokens, by day and by night: text 4.5, outlines and large signs 3."""

import re
from pathlib import Path

import pytest

from config import admin_theme
from core import colour

TOKENS = (Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
MAIN, FALLBACK = TOKENS.split("@supports not")
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
PLAIN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
ROOT = MAIN[: MAIN.index("@media (prefers-contrast")]
HOUSE = ROOT[: ROOT.index("[data-tier]")]
LIGHT = {name: light for name, light, _ in PAIR.findall(HOUSE)} | dict(PLAIN.findall(HOUSE))
DARK = {name: dark for name, _, dark in PAIR.findall(HOUSE)} | dict(PLAIN.findall(HOUSE))
TIERS = {tier: PAIR.findall(line) for tier, line in re.findall(r'\[data-tier="(\w+)"\] \{(.*)\}', MAIN)}

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in ("paper", "surface", "raised", "sunken")],
    *[("accent", ground) for ground in ("paper", "surface", "raised", "sunken", "accent-wash")],
    *[("accent-strong", ground) for ground in ("paper", "surface", "sunken")],
    *[("ink", f"{tone}-wash") for tone in ("accent", "ok", "warn", "bad", "info")],
    *[("ink-soft", f"{tone}-wash") for tone in ("accent", "ok", "warn", "bad", "info")],
    *[(tone, f"{tone}-wash") for tone in ("ok", "warn", "bad", "info")],
    *[(tone, ground) for tone in ("ok", "warn", "bad", "info") for ground in ("paper", "surface", "sunken")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *[("on-solid", f"{tone}-solid") for tone in ("ok", "bad", "warn")],
    ("paper", "ink"),
]
OUTLINES = [
    *[("line-strong", ground) for ground in ("paper", "surface", "sunken")],
    *[("focus", ground) for ground in ("paper", "surface", "sunken", "raised", "accent-wash")],
    *[("accent", ground) for ground in ("line", "sunken")],
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids=lambda token: token)
def test_text_reads_on_its_ground(theme, ink, ground):
    assert colour.contrast(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), OUTLINES, ids=lambda token: token)
def test_outlines_and_signs_stand_out(theme, line, ground):
    assert colour.contrast(theme[line], theme[ground]) >= 3


@pytest.mark.parametrize("tier", ["normal", "silver", "gold", "platinum"])
@pytest.mark.parametrize("night", [False, True], ids=["light", "dark"])
def test_the_accent_of_each_tier_carries_text_both_ways(tier, night):
    theme = DARK if night else LIGHT
    for _, light, dark in TIERS[tier]:
        accent = dark if night else light
        assert colour.contrast(accent, theme["surface"]) >= 4.5
        assert colour.contrast(accent, theme["paper"]) >= 4.5
        assert colour.contrast(accent, theme["sunken"]) >= 4.5
        assert colour.contrast(theme["on-accent"], accent) >= 4.5
        assert colour.contrast(accent, mixed(accent, theme["surface"], 0.11)) >= 4.5


def test_browsers_without_light_dark_get_the_light_values():
    spare = dict(PLAIN.findall(FALLBACK[: FALLBACK.index("[data-tier")]))
    assert {name: LIGHT[name] for name in spare} == spare
    assert {name for name, *_ in PAIR.findall(HOUSE)} <= spare.keys()
    for tier, pairs in TIERS.items():
        line = next(line for line in FALLBACK.splitlines() if f'"{tier}"' in line)
        assert dict(PLAIN.findall(line)) == {name: light for name, light, _ in pairs}


def test_the_admin_theme_reads_in_both_appearances():
    base, primary = admin_theme.UNFOLD["COLORS"]["base"], admin_theme.UNFOLD["COLORS"]["primary"]
    for text, ground in (
        (base["500"], base["50"]),
        (base["600"], base["100"]),
        (base["900"], "#ffffff"),
        (primary["600"], base["50"]),
        (primary["600"], base["100"]),
        ("#ffffff", primary["600"]),
        (base["400"], base["900"]),
        (base["300"], base["800"]),
        (primary["500"], base["900"]),
        (primary["500"], base["800"]),
    ):
        assert colour.contrast(text, ground) >= 4.5, (text, ground)


def test_contrast_is_that_of_wcag():
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert colour.contrast("#123456", "#123456") == pytest.approx(1)


def mixed(one: str, other: str, share: float) -> str:
    """A mixture in sRGB: close enough to `color-mix(in oklab)` for two per cent."""
    channels = (
        round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share)) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)
