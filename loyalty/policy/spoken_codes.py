"""LOY-06, LOY-13 · B7.2, E2.6 — codes that people read aloud and type: no letter that looks or sounds like another."""

import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PICK_UP, COUPON = "G", "C"
LENGTH = {PICK_UP: 7, COUPON: 11}  # after the first letter, which says what it is; a coupon must not be guessed
_GROUP = 4


def read(typed: str) -> str:
    """What was typed or scanned, as it is kept: capitals and digits alone; empty when it can be no code of ours."""
    plain = unicodedata.normalize("NFKC", typed[:100]).upper()
    code = "".join(one for one in plain if one not in " -\u2013\u2014\t\r\n")
    fits = len(code) == 1 + LENGTH.get(code[:1], -1) and all(one in ALPHABET for one in code[1:])
    return code if fits else ""


def spell(code: str) -> str:
    """In groups of four, as it is shown: `G2AB-34CD`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
