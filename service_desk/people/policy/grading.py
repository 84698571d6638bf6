"""SVC-09 · D7.2 — the theory quiz: when an answer is right, what an attempt scores, whether that is enough."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

WHOLE_BPS = 10_000
NUMBER = re.compile(r"[+-]?[0-9]{1,12}([.][0-9]{1,6})?")


class Kind(StrEnum):
    """SVC-09 · D7.2 — how a question is answered: one choice, all that are true, yes or no, or a number."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUTH = "truth"
    NUMBER = "number"


@dataclass(frozen=True)
class Key:
    """SVC-09 · D7.2 — what is right: places of the right choices (of yes or no: 0 is true, 1 is false), or a number
    with how far an answer may be off."""

    kind: Kind
    right: frozenset[int] = frozenset()
    number: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True)
class Answer:
    """SVC-09 · D7.2 — what was ticked, or the number as it was typed; nothing at all is an answer too."""

    chosen: frozenset[int] = frozenset()
    typed: str = ""


def read_number(text: str) -> Decimal | None:
    """SVC-09 · D7.2 — a number as people type it: full-width digits, a comma for thousands. None: it is none."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def is_right(key: Key, answer: Answer) -> bool:
    """SVC-09 · D7.2 — all of it or nothing: a choice too many is as wrong as one too few."""
    if key.kind is Kind.NUMBER:
        given = read_number(answer.typed)
        return given is not None and abs(given - key.number) <= key.tolerance
    return bool(answer.chosen) and answer.chosen == key.right


def score_bps(rights: Collection[bool]) -> int:
    """SVC-09 · D7.2 — the share of right answers, in basis points, rounded down; of no questions: nothing."""
    return int(Fraction(sum(rights), len(rights)) * WHOLE_BPS) if rights else 0


def passes(rights: Collection[bool], *, pass_percent: int) -> bool:
    """SVC-09 · D7.2 — the pass mark counts as passed; compared exactly, not by the rounded score."""
    return bool(rights) and Fraction(sum(rights), len(rights)) >= Fraction(pass_percent, 100)


def needed(count: int, *, pass_percent: int) -> int:
    """SVC-09 · D7.2 — how many of so many questions have to be right."""
    return -(-count * pass_percent // 100)


def fits(key: Key, choices: int) -> bool:
    """SVC-09 · D7.2 — whether a question can be asked: a right choice that exists, at least one wrong one beside it."""
    match key.kind:
        case Kind.NUMBER:
            return key.tolerance >= 0
        case Kind.TRUTH:
            return key.right in ({0}, {1})
        case Kind.SINGLE:
            return choices > 1 and len(key.right) == 1 and _exist(key.right, choices)
        case Kind.MULTIPLE:
            return choices > 1 and 0 < len(key.right) < choices and _exist(key.right, choices)


def _exist(places: Iterable[int], choices: int) -> bool:
    return all(0 <= place < choices for place in places)


def suffices(marks: Collection[tuple[bool, bool]]) -> bool:
    """SVC-09 · D7.2 — a practical check, its lines as (critical, right): every critical one is right, and four fifths of
    all are."""
    if any(critical and not right for critical, right in marks):
        return False
    return bool(marks) and 5 * sum(right for _, right in marks) >= 4 * len(marks)
