"""MEM-03 · C2.1 — a person's name: kept as it is written, freed of what cannot be seen, shown masked to staff.

Nothing is judged to be "not a name": Null, O'Brien, 買買提·吐爾遜 and 李𠮷 are names. What is stored is Unicode NFC;
rare characters beyond the basic plane and right-to-left letters stay. Two spellings of one name share a `matching_key`.
"""

import re
import unicodedata

from core.rules import RuleBroken

LONGEST = 100
_FAR_TOO_LONG = 10_000
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL = "\uac00-\ud7a3"
_DAMAGED = re.compile("[\ud800-\udfff\ufffd]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"[\s\u0000-\u001f\u007f-\u009f]+")
# A zero-width joiner shapes Persian, Sinhala or emoji; next to any other character it is only dirt.
_STRAY_JOINER = re.compile("(?<![\u0600-\u08ff\u0900-\u0dff\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])[\u200c\u200d]")
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) ?[.．・･⋅∙•‧] ?(?=[{_HAN}])")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class NameRefused(RuleBroken):
    """`name_missing`, `name_without_letters`, `name_too_long` (param: longest), `name_unreadable`."""


def normalise(text: str) -> str:
    """MEM-03 · C2.1 — the name to store; refuses an empty one, one without any letter, and one over 100 characters.

    Controls, NUL, bidirectional overrides and zero-width characters go; runs of space become one; between Chinese
    characters every kind of dot becomes the middle dot that an identity card has.
    """
    if len(text) > _FAR_TOO_LONG:
        raise NameRefused("name_too_long", longest=LONGEST)
    if _DAMAGED.search(text):
        raise NameRefused("name_unreadable")
    name = _STRAY_JOINER.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    name = _DOT_BETWEEN_HAN.sub("·", _SPACES.sub(" ", name).strip())
    if not name:
        raise NameRefused("name_missing")
    if not any(_is_letter(c) for c in name):
        raise NameRefused("name_without_letters")
    if len(name) > LONGEST:
        raise NameRefused("name_too_long", longest=LONGEST)
    return unicodedata.normalize("NFC", name)


def matching_key(name: str) -> str:
    """MEM-04 · C2.2 — equal for two spellings of one name: width, case, spaces, dots, glyph variants do not count."""
    folded = unicodedata.normalize("NFKC", _VARIATION.sub("", name)).casefold()
    return unicodedata.normalize("NFC", re.sub(r"[\s.·・･⋅∙•‧'’\-]", "", folded))


def masked(name: str) -> str:
    """SEC-03 · A7.3.3 — what staff see: 王*, 王*明, 买***逊, "J*** S***"; a long name's length is not told."""
    if re.match(f"[{_HAN}{_HANGUL}]", name):
        if len(name) <= 2:
            return name[0] + "*"
        return name[0] + "*" * min(3, len(name) - 2) + name[-1]
    return " ".join(_first_letter(word) + "***" for word in name.split(" "))


def _first_letter(word: str) -> str:
    """The word's first character with the accents that belong to it."""
    end = 1
    while end < len(word) and unicodedata.combining(word[end]):
        end += 1
    return word[:end]


def _is_letter(char: str) -> bool:
    """Letters of all scripts; Python's tables lag behind the newest Chinese characters, so their planes count whole."""
    return char.isalpha() or re.fullmatch(f"[{_HAN}]", char) is not None
