"""MEM-01 · B3.2, SEC-01 · A7.3.2 — the `[X]` of joining and of sessions, with the defaults of the policy."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class OneTimeCodeParameters:
    """MEM-01 · B3.2 — the code that a visitor is sent to prove a phone number or an e-mail address."""

    AREA: ClassVar[str] = "one_time_code"

    digits: int = parameter(6, unit="digits", clause="MEM-01 · B3.2", minimum=6, maximum=8)
    life_minutes: int = parameter(10, unit="minutes", clause="MEM-01 · B3.2", minimum=1, maximum=60)
    tries: int = parameter(5, unit="tries", clause="MEM-01 · B3.2", minimum=1, maximum=10)
    resend_seconds: int = parameter(60, unit="seconds", clause="MEM-01 · B3.2", minimum=10, maximum=3600)


@dataclass(frozen=True)
class SessionParameters:
    """SEC-01 · A7.3.2 — how long somebody stays logged in, by the place that they work at."""

    AREA: ClassVar[str] = "session"

    staff_idle_minutes: int = parameter(30, unit="minutes", clause="SEC-01 · A7.3.2", minimum=1, maximum=720)
    staff_hours: int = parameter(12, unit="hours", clause="SEC-01 · A7.3.2", minimum=1, maximum=24)
    counter_hours: int = parameter(8, unit="hours", clause="SEC-01 · A7.3.2", minimum=1, maximum=24)
    counter_lock_minutes: int = parameter(5, unit="minutes", clause="SEC-01 · A7.3.2", minimum=1, maximum=60)
    member_days: int = parameter(30, unit="days", clause="SEC-01 · A7.3.2", minimum=1, maximum=365)


@dataclass(frozen=True)
class ReferralParameters:
    """MEM-10 · E1.4 — what an invitation is worth to both, when, how often, and what looks like too many."""

    AREA: ClassVar[str] = "referral"

    referrer_points: int = parameter(500, unit="points", clause="MEM-10 · E1.4", maximum=1_000_000)
    friend_points: int = parameter(500, unit="points", clause="MEM-10 · E1.4", maximum=1_000_000)
    wait_days: int = parameter(14, unit="days", clause="MEM-10 · E1.4", maximum=366)
    withdraw_days: int = parameter(90, unit="days", clause="MEM-10 · E5.2", maximum=3_660)
    yearly_cap: int = parameter(20, unit="invitations", clause="MEM-10 · E1.4", maximum=10_000)
    most_a_day: int = parameter(3, unit="invitations", clause="MEM-10 · E5.2", minimum=1, maximum=1_000)


AREAS = (OneTimeCodeParameters, SessionParameters, ReferralParameters)
