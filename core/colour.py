"""Colours that people choose: recognised as `#rrggbb` and nothing else, and measured by WCAG 2.2."""

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: object) -> bool:
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white); text needs 4.5, large text and outlines 3."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_ink(*grounds: str) -> str:
    """Ivory or near-black, whichever stays readable on all the grounds."""
    return max(("#fdfbf5", "#16201e"), key=lambda ink: min(contrast(ink, ground) for ground in grounds))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
