"""How a product version counts its term, as the rules take it."""

from cards.models import ProductVersion
from cards.policy import validity


def of_version(version: ProductVersion) -> validity.Validity:
    """Rolling months, or whole years of a season with its first and its rollover day."""
    if version.validity == version.Validity.ROLLING:
        return validity.Rolling(version.months)
    month, day = _month_day(version.season_starts)
    rollover = _month_day(version.season_rolls_over) if version.season_rolls_over else (None, None)
    return validity.Season(max(1, version.months // 12), month, day, *rollover)


def _month_day(text: str) -> tuple[int, int]:
    """The day "03-01" as numbers."""
    return int(text[:2]), int(text[3:])
