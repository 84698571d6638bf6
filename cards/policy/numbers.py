"""CARD-01 · A2.1, CARD-11 · A4.1.1 — card numbers that catch a wrong digit, activation codes that read aloud well.

A card number is prefix + sequence + Luhn check digit. An activation code is Crockford's base 32, which has no I, L, O
or U; whoever types them means 1, 1, 0. The random bytes come from the caller.
"""

import unicodedata

from core.rules import RuleBroken

NUMBER_DIGITS = 16
CODE_CHARACTERS = 12
SHORTEST_CODE = 10
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("ILO", "110")
_BETWEEN = str.maketrans("", "", " -\t\r\n·.")


class NumberRefused(RuleBroken):
    """`card_number_unreadable`, `card_number_wrong_length`, `card_number_mistyped`."""


class CodeUnreadable(RuleBroken):
    """`activation_code_unreadable`: not the shape of a code. Whether it is the right one is not known here."""


def luhn_digit(digits: str) -> str:
    """The check digit (ISO/IEC 7812) that makes every single wrong digit and most swapped neighbours visible."""
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def card_number(prefix: str, sequence: int, *, digits: int = NUMBER_DIGITS) -> str:
    """The number of the series' card `sequence` (from 0); a series that is too small for it is a bug."""
    room = digits - len(prefix) - 1
    if not (prefix.isascii() and prefix.isdigit()) or not 0 <= sequence < 10**room:
        raise ValueError("the series has no such number")
    body = f"{prefix}{sequence:0{room}d}"
    return body + luhn_digit(body)


def read_card_number(text: str, *, digits: int = NUMBER_DIGITS) -> str:
    """The plain digits of what was scanned or typed: spaces, hyphens and full-width digits are forgiven."""
    plain = _plain(text)
    if not plain or not (plain.isascii() and plain.isdigit()):
        raise NumberRefused("card_number_unreadable")
    if len(plain) != digits:
        raise NumberRefused("card_number_wrong_length", digits=digits)
    if luhn_digit(plain[:-1]) != plain[-1]:
        raise NumberRefused("card_number_mistyped")
    return plain


def looks_like_card_number(text: str, *, digits: int = NUMBER_DIGITS) -> bool:
    """Whether the counter's one box was given a card number rather than a phone, a name or an order."""
    try:
        read_card_number(text, digits=digits)
    except NumberRefused:
        return False
    return True


def display_number(number: str) -> str:
    """The number in groups of four, as it is printed on the face."""
    return _grouped(number, " ")


def masked_number(number: str) -> str:
    """The last four digits, as much as a receipt shows."""
    return f"•••• {number[-4:]}"


def activation_code(random: bytes, *, characters: int = CODE_CHARACTERS) -> str:
    """A code from `random` bytes, five bits a character; too few bytes for it is a bug."""
    if len(random) * 8 < characters * 5 or characters < SHORTEST_CODE:
        raise ValueError("an activation code needs 10 characters and 5 random bits for each")
    bits = int.from_bytes(random, "big")
    return "".join(CROCKFORD[(bits >> (5 * i)) & 31] for i in range(characters))


def read_activation_code(text: str, *, characters: int = CODE_CHARACTERS) -> str:
    """The code as it was made, from what was typed: case, spaces, hyphens and the letters I, L, O are forgiven."""
    plain = _plain(text).upper().translate(_MEANT)
    if len(plain) != characters or any(c not in CROCKFORD for c in plain):
        raise CodeUnreadable("activation_code_unreadable", characters=characters)
    return plain


def display_activation_code(code: str) -> str:
    """The code in groups of four, as it is printed under the scratch panel."""
    return _grouped(code, "-")


def _plain(text: str) -> str:
    visible = (c for c in unicodedata.normalize("NFKC", text[:200]) if unicodedata.category(c) not in ("Cf", "Cc"))
    return "".join(visible).replace("‐", "-").replace("–", "-").replace("−", "-").translate(_BETWEEN)


def _grouped(text: str, mark: str) -> str:
    return mark.join(text[i : i + 4] for i in range(0, len(text), 4))
