"""The `[X]` of the channels (SVC-01 · A6.2.1): how much a machine may answer, how long a chat waits."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter

SVC_01 = "SVC-01 · A6.2.1"


@dataclass(frozen=True)
class MailParameters:
    """SVC-01 · A6.2.1 — what stops a loop of mails: how often receipt is acknowledged to one sender, how many mails of an hour
    are taken from a sender and into a case. What is beyond is kept aside, never lost."""

    AREA: ClassVar[str] = "mail"

    acknowledgements_per_hour: int = parameter(3, unit="mails", clause=SVC_01, maximum=100)
    per_sender_hour: int = parameter(40, unit="mails", clause=SVC_01, minimum=1, maximum=1_000)
    per_case_hour: int = parameter(20, unit="mails", clause=SVC_01, minimum=1, maximum=1_000)
    keep_days: int = parameter(90, unit="days", clause="SEC-03 · A7.3.3", minimum=7, maximum=3_650)


@dataclass(frozen=True)
class ChatParameters:
    """SVC-01 · A6.2.1 — how many chats an agent has at once, how long one waits to be taken, when silence ends it."""

    AREA: ClassVar[str] = "chat"

    chats_at_once: int = parameter(3, unit="chats", clause=SVC_01, minimum=1, maximum=20)
    offer_seconds: int = parameter(30, unit="seconds", clause=SVC_01, minimum=5, maximum=600)
    patience_seconds: int = parameter(120, unit="seconds", clause=SVC_01, minimum=10, maximum=3_600)
    silence_minutes: int = parameter(10, unit="minutes", clause=SVC_01, minimum=1, maximum=240)
    seat_seconds: int = parameter(60, unit="seconds", clause=SVC_01, minimum=20, maximum=600)
    keep_days: int = parameter(7, unit="days", clause="SEC-03 · A7.3.3", minimum=1, maximum=366)


AREAS = (MailParameters, ChatParameters)
