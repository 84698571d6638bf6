"""SVC-01 · A6.2.1 — where a mail belongs, and whether receipt is acknowledged. A table, so that one sees that it is whole."""

import re
from enum import StrEnum

from service_desk.channels.policy.mail_kinds import Kind

_NUMBER = re.compile(r"(?<![A-Z0-9])(C\d{6}-[0-9A-Z]{6})(?![A-Z0-9])")
_TRADITIONAL = frozenset("們這個來對時說為國會學後過還發現開關問題請謝電話號碼務員訂單費續點積等級優惠門店")
_CHINESE = re.compile("[\u3400-\u9fff]")


class Way(StrEnum):
    """SVC-01 · A6.2.1 — what becomes of a mail."""

    OPENED = "opened"
    THREADED = "threaded"
    STRANGER = "stranger"
    NOTED = "noted"
    UNDELIVERED = "undelivered"
    SET_ASIDE = "set-aside"
    DROPPED = "dropped"


def way(kind: Kind, *, is_proven: bool, is_named: bool, is_contact: bool) -> Way:
    """SVC-01 · A6.2.1 — what becomes of a mail.

    `is_proven`: the address or a Message-ID that only our own mail told leads to a case; `is_named`: its number stands in the
    subject, which anybody can write; `is_contact`: the sender is who the case is about. Whoever is not, though he holds the
    proof, is heard in a case of his own.
    """
    if kind is Kind.OURS:
        return Way.DROPPED
    if kind is Kind.BOUNCE:
        return Way.UNDELIVERED if is_proven else Way.SET_ASIDE
    known = (is_proven or is_named) and is_contact
    if kind is not Kind.PERSON:
        return Way.NOTED if known else Way.SET_ASIDE
    if known:
        return Way.THREADED
    return Way.STRANGER if is_proven else Way.OPENED


def number_named(subject: str) -> str:
    """SVC-01 · A6.2.1 — the case number in a subject; empty without one."""
    found = _NUMBER.search(subject.upper())
    return found[1] if found else ""


def language_of(text: str) -> str:
    """SEC-06 — the language that an answer to this text should have: one of the site's, or empty where nothing tells."""
    letters = text[:4_000]
    chinese = len(_CHINESE.findall(letters))
    latin = sum(one.isascii() and one.isalpha() for one in letters)
    if chinese * 3 > latin and chinese:
        return "zh-hant" if sum(one in _TRADITIONAL for one in letters) * 12 > chinese else "zh-hans"
    return "en" if latin >= 12 else ""
