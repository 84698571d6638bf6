"""MEM-05 · C2.3, B9.2 — consent per purpose and channel: what is asked, what is asked apart, and what needs none.

What the contract needs is told anyway. A reminder of a term that the member bought belongs to her own contract (PIPL 13):
it is told until she switches it off. So does the question how she was served: it is no offer, but no need of hers either, and
whoever is tired of it must not lose her reminders; it is a purpose of its own, asked in inbox and e-mail until she switches
it off, by SMS only after a yes. Everything else is off until she says yes. A no is as easy as a yes. PIPL 29: a
sensitive use is asked on its own, never bundled with the terms. PIPL 31: under 14 the guardian answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

GUARDIAN_UNDER_AGE = 14


class Purpose(StrEnum):
    SERVICE = "service"
    REMINDER = "reminder"
    SURVEY = "survey"
    MARKETING = "marketing"
    PROFILING = "profiling"
    PARTNER = "partner"
    IDENTITY = "identity"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    INBOX = "inbox"


@dataclass(frozen=True)
class Question:
    """One thing a member can say yes or no to: a purpose, and for messages a channel."""

    purpose: Purpose
    channel: Channel | None = None

    @property
    def unanswered_means(self) -> bool:
        """What holds until the member decides."""
        asks_quietly = self.purpose is Purpose.SURVEY and self.channel is not Channel.SMS
        return self.purpose is Purpose.REMINDER or asks_quietly


ASKED: tuple[Question, ...] = (
    Question(Purpose.REMINDER, Channel.SMS),
    Question(Purpose.REMINDER, Channel.EMAIL),
    Question(Purpose.SURVEY, Channel.INBOX),
    Question(Purpose.SURVEY, Channel.EMAIL),
    Question(Purpose.SURVEY, Channel.SMS),
    Question(Purpose.MARKETING, Channel.SMS),
    Question(Purpose.MARKETING, Channel.EMAIL),
    Question(Purpose.MARKETING, Channel.INBOX),
    Question(Purpose.PROFILING),
    Question(Purpose.PARTNER),
    Question(Purpose.IDENTITY),
)
ASKED_APART = frozenset({Purpose.PROFILING, Purpose.PARTNER, Purpose.IDENTITY})
Answers = Mapping[tuple[str, str], bool]
"""The member's latest answer by (purpose, channel); the channel is empty where a purpose sends nothing."""


def question(purpose: str, channel: str = "") -> Question | None:
    """The question of that name, or None when nobody is ever asked it."""
    return next((q for q in ASKED if q.purpose == purpose and (q.channel or "") == channel), None)


def is_asked_apart(purpose: str) -> bool:
    """MEM-05 · C2.3 — whether the purpose needs a yes of its own (PIPL 23, 29)."""
    return purpose in ASKED_APART


def in_force(asked: Question, *, answers: Answers) -> bool:
    """MEM-05 · B9.2 — the answer that holds now."""
    return answers.get((asked.purpose, asked.channel or ""), asked.unanswered_means)


def may_send(purpose: str, *, channel: str, answers: Answers) -> bool:
    """MEM-05 · B9.2, MEM-08 · A5.1 — whether a message may leave; asked again at the moment of sending.

    A reminder may always lie in the member's own inbox. What nobody was ever asked is a no.
    """
    if purpose == Purpose.SERVICE or (purpose == Purpose.REMINDER and channel == Channel.INBOX):
        return True
    asked = question(purpose, channel) or question(purpose)
    return asked is not None and in_force(asked, answers=answers)


def may_use(purpose: str, *, answers: Answers) -> bool:
    """MEM-05 · C2.3 — whether data may be used for a purpose that sends nothing: profiling, sharing, the ID number."""
    asked = question(purpose)
    return purpose == Purpose.SERVICE or (asked is not None and in_force(asked, answers=answers))


def guardian_answers(age: int | None) -> bool:
    """MEM-05 · C2.3 — under 14 the guardian consents (PIPL 31); an unknown age does not make a child."""
    return age is not None and age < GUARDIAN_UNDER_AGE
