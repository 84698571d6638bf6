"""How many SMS a text costs (GSM 03.38, 23.040): 160 letters of the GSM alphabet, or 70 of any other script."""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Cost:
    """The bill of a text: `units` used, `segments` paid, and whether the whole text had to be sent as UCS-2."""

    units: int
    segments: int
    unicode: bool


def cost(text: str) -> Cost:
    """A character that takes two places (an emoji, a rare Han character, `€`) is never split between two segments."""
    unicode = any(letter not in _BASIC and letter not in _EXTENDED for letter in text)
    single, part = (70, 67) if unicode else (160, 153)
    places = [_places(letter, unicode=unicode) for letter in text]
    units = sum(places)
    if units <= single:
        return Cost(units, 1 if text else 0, unicode)
    segments, used = 1, 0
    for needed in places:
        if used + needed > part:
            segments, used = segments + 1, 0
        used += needed
    return Cost(units, segments, unicode)


def _places(letter: str, *, unicode: bool) -> int:
    if unicode:
        return 2 if ord(letter) > 0xFFFF else 1
    return 2 if letter in _EXTENDED else 1
