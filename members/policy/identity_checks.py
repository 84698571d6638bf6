"""CARD-12 · A4.1.2 — the arithmetic of identity numbers: GB 11643 and its kin, Hong Kong, Taiwan."""

import re
import unicodedata
from datetime import date

MAINLAND = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]"
PROVINCES = rf"(?:{MAINLAND}|71|81(?!0000)|82(?!0000))"
OLD_FOREIGN_PERMANENT_RESIDENT = r"[A-Z]{3}[0-9]{6}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{2}"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAIWAN_PLACES = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""Taiwan numbers its places in this order from 10 on."""


def plain(text: str) -> str:
    """What was typed, in capitals and half width, without spaces, hyphens, invisible marks and a leading apostrophe."""
    folded = unicodedata.normalize("NFKC", text[:100])
    visible = (c for c in folded if unicodedata.category(c) not in ("Cf", "Cc"))
    return re.sub(r"[\s-]", "", "".join(visible)).lstrip("'’").upper()


def gb_11643(body: str) -> str:
    """The check character of 17 digits (ISO 7064, MOD 11-2)."""
    return "10X98765432"[sum(int(d) << (17 - i) for i, d in enumerate(body)) % 11]


def upgrade_first_generation(number: str) -> str:
    """The 18-digit number of the holder of a 15-digit one, all of whom were born in the 1900s."""
    body = f"{number[:6]}19{number[6:]}"
    return body + gb_11643(body)


def day_in(digits: str) -> date | None:
    """The day that eight digits name, if the calendar has it."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def hong_kong(number: str) -> bool:
    """One or two letters, six digits, check character: weights 9 to 1, a missing first letter counts 36."""
    values = [_LETTERS.index(c) for c in number[:-1]]
    values = [36] * (8 - len(values)) + values
    check = 10 if number[-1] == "A" else int(number[-1])
    return (sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True)) + check) % 11 == 0


def taiwan(number: str) -> bool:
    """A letter for the place, sex and status, digits: weights 1, 9, 8 … 1, 1. The old resident's form: two letters."""
    place = 10 + _TAIWAN_PLACES.index(number[0])
    second = number[1] if number[1].isdigit() else str((10 + _TAIWAN_PLACES.index(number[1])) % 10)
    digits = f"{place}{second}{number[2:]}"
    return sum(int(d) * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0
