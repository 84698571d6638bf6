"""MEM-05 · C2.3, B9.2 — consent per purpose and channel: what is asked, what is asked apart, and what needs none.

Everything is off until the member says yes, and withdrawn as easily as given. PIPL 29: a sensitive use is asked on its
own, never bundled with the terms. PIPL 31: under 14 the guardian answers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

GUARDIAN_UNDER_AGE = 14


class Purpose(StrEnum):
    SERVICE = "service"
    RENEWAL = "renewal"
    MARKETING = "marketing"
    PROFILING = "profiling"
    PARTNER_SHARING = "partner_sharing"
    SENSITIVE_ID = "sensitive_id"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    INBOX = "inbox"


@dataclass(frozen=True)
class Consent:
    """One yes that a member can give: a purpose, and for messages a channel."""

    purpose: Purpose
    channel: Channel | None = None


MESSAGE_PURPOSES = (Purpose.RENEWAL, Purpose.MARKETING)
ASKED_APART = frozenset({Purpose.PROFILING, Purpose.PARTNER_SHARING, Purpose.SENSITIVE_ID})
ASKED: tuple[Consent, ...] = (
    Consent(Purpose.RENEWAL, Channel.SMS),
    Consent(Purpose.RENEWAL, Channel.EMAIL),
    Consent(Purpose.RENEWAL, Channel.PUSH),
    Consent(Purpose.MARKETING, Channel.SMS),
    Consent(Purpose.MARKETING, Channel.EMAIL),
    Consent(Purpose.MARKETING, Channel.PUSH),
    Consent(Purpose.MARKETING, Channel.INBOX),
    Consent(Purpose.PROFILING),
    Consent(Purpose.PARTNER_SHARING),
    Consent(Purpose.SENSITIVE_ID),
)


def is_asked(consent: Consent) -> bool:
    """MEM-05 · B9.2 — whether this is a question that the member is ever asked."""
    return consent in ASKED


def is_asked_apart(purpose: Purpose) -> bool:
    """MEM-05 · C2.3 — whether the purpose needs a yes of its own (PIPL 23, 29)."""
    return purpose in ASKED_APART


def may_send(purpose: Purpose, *, channel: Channel, given: Collection[Consent]) -> bool:
    """MEM-05 · B9.2, MEM-08 · A5.1 — whether a message may leave; asked again at the moment of sending.

    What the contract needs (codes, receipts, order states) is sent anyway, and a renewal reminder may always lie in
    the member's own inbox; everything else only on a yes for this purpose on this channel.
    """
    if purpose is Purpose.SERVICE or (purpose is Purpose.RENEWAL and channel is Channel.INBOX):
        return True
    return Consent(purpose, channel) in given


def may_use(purpose: Purpose, *, given: Collection[Consent]) -> bool:
    """MEM-05 · C2.3 — whether data may be used for a purpose that sends nothing: profiling, sharing, the ID number."""
    return purpose is Purpose.SERVICE or Consent(purpose) in given


def guardian_answers(age: int | None) -> bool:
    """MEM-05 · C2.3 — under 14 the guardian consents (PIPL 31); an unknown age does not make a child."""
    return age is not None and age < GUARDIAN_UNDER_AGE
