"""The `[X]` of the annual-card policy (A2–A5, E3.6), one frozen dataclass per area, with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class TermParameters:
    """CARD-01 · A2.1 — how a term is counted (Civil Code 201: the day an act happens is not counted)."""

    AREA: ClassVar[str] = "term"

    first_day_counts: bool = parameter(False, unit="yes/no", clause="CARD-01 · A2.1")


@dataclass(frozen=True)
class MultiYear:
    """A number of years paid at once, and the discount for it."""

    years: int = parameter(2, unit="years", clause="CARD-18 · A5.3", minimum=2, maximum=10)
    discount_bps: int = parameter(0, unit="basis points", clause="CARD-18 · A5.3", maximum=10_000)


@dataclass(frozen=True)
class TierOffer:
    """What a tier gets when it renews: more points back, or first place at events."""

    tier: str = parameter("", unit="tier code", clause="CARD-18 · A5.3")
    points_back_bps: int = parameter(0, unit="basis points", clause="CARD-18 · A5.3", maximum=10_000)
    event_priority: bool = parameter(False, unit="yes/no", clause="CARD-18 · A5.3")


TWO_AND_THREE_YEARS = (MultiYear(years=2, discount_bps=1_200), MultiYear(years=3, discount_bps=2_000))
GOLD_AND_PLATINUM = (TierOffer("gold", points_back_bps=500), TierOffer("platinum", 1_000, event_priority=True))


@dataclass(frozen=True)
class RenewalParameters:
    """CARD-15, CARD-17, CARD-18 · A5 — reminders, grace and offers of a renewal."""

    AREA: ClassVar[str] = "renewal"

    remind_before: tuple[int, ...] = parameter((60, 30, 14, 7, 1), unit="days", clause="CARD-15 · A5.1.1", maximum=366)
    remind_after: tuple[int, ...] = parameter((1, 7), unit="days", clause="CARD-15 · A5.1.1", minimum=1, maximum=366)
    grace_days: int = parameter(15, unit="days", clause="CARD-17 · A5.2", maximum=366)
    early_bird_days: int = parameter(30, unit="days", clause="CARD-18 · A5.3", maximum=366)
    early_bird_bps: int = parameter(1_000, unit="basis points", clause="CARD-18 · A5.3", maximum=10_000)
    multi_year: tuple[MultiYear, ...] = parameter(TWO_AND_THREE_YEARS, unit="offers", clause="CARD-18 · A5.3")
    tier_offers: tuple[TierOffer, ...] = parameter(GOLD_AND_PLATINUM, unit="offers", clause="CARD-18 · A5.3")
    veteran_from_renewal: int = parameter(3, unit="renewals", clause="CARD-18 · A5.3", minimum=1, maximum=100)
    auto_renewal_charge_days: int = parameter(30, unit="days before", clause="CARD-17 · A5.2", maximum=366)
    auto_renewal_notice_days: int = parameter(5, unit="days", clause="CARD-17 · A5.2", minimum=5, maximum=60)
    auto_renewal_tries: int = parameter(3, unit="days running", clause="CARD-17 · A5.2", minimum=1, maximum=10)


@dataclass(frozen=True)
class InstalmentParameters:
    """CARD-09 · A5.2 — paying in monthly parts; the first part is paid before activation."""

    AREA: ClassVar[str] = "instalments"

    plans: tuple[int, ...] = parameter((3, 6, 12), unit="monthly parts", clause="CARD-09 · A5.2", minimum=2, maximum=60)
    remind_days: tuple[int, ...] = parameter((1, 7), unit="days late", clause="CARD-09 · A5.2", minimum=1, maximum=366)
    suspend_day: int = parameter(15, unit="days late", clause="CARD-09 · A5.2", minimum=1, maximum=366)


@dataclass(frozen=True)
class ActivationParameters:
    """CARD-11 · A4.1.1 — until when a card is activated, and how often one may try. Money is never forfeited."""

    AREA: ClassVar[str] = "activation"

    within_days: int = parameter(180, unit="days", clause="CARD-11 · A4.1.1", minimum=1, maximum=3_660)
    remind_before: tuple[int, ...] = parameter((30, 7), unit="days", clause="CARD-11 · A4.1.1", maximum=3_660)
    tries: int = parameter(5, unit="tries", clause="CARD-11 · A4.1.1", minimum=1, maximum=20)
    tries_window_minutes: int = parameter(60, unit="minutes", clause="CARD-11 · A4.1.1", minimum=1, maximum=1_440)
    lock_minutes: int = parameter(60, unit="minutes", clause="CARD-11 · A4.1.1", minimum=1, maximum=10_080)


@dataclass(frozen=True)
class PurchaseParameters:
    """CARD-08 · A3.3 — real names, face values, cash and cooling-off (prepaid-card rules; the deployer decides)."""

    AREA: ClassVar[str] = "purchase"

    real_name_threshold_minor: int = parameter(1_000_000, unit="minor units", clause="CARD-08 · A3.3")
    registered_face_cap_minor: int = parameter(500_000, unit="minor units", clause="CARD-08 · A3.3")
    bearer_face_cap_minor: int = parameter(100_000, unit="minor units", clause="CARD-08 · A3.3")
    unit_cash_limit_minor: int = parameter(500_000, unit="minor units per order", clause="CARD-08 · A3.3")
    person_cash_limit_minor: int = parameter(5_000_000, unit="minor units per person", clause="CARD-08 · A3.3")
    cooling_off_days: int = parameter(7, unit="days", clause="CARD-08 · A3.3", maximum=366)


@dataclass(frozen=True)
class PaymentParameters:
    """CARD-08, CARD-09 · A3.1 — how long one may pay, how long a provider's word is awaited, refunds that need two."""

    AREA: ClassVar[str] = "payment"

    pay_within_minutes: int = parameter(30, unit="minutes", clause="CARD-08 · A3.3", minimum=5, maximum=10_080)
    await_word_minutes: int = parameter(120, unit="minutes", clause="CARD-09 · A3.1", minimum=5, maximum=10_080)
    refund_approval_above_minor: int = parameter(50_000, unit="minor units", clause="CARD-20 · E5.6")


@dataclass(frozen=True)
class CodeParameters:
    """CARD-25 · A4 — the rotating code of the digital card."""

    AREA: ClassVar[str] = "rotating_code"

    life_seconds: int = parameter(60, unit="seconds", clause="CARD-25 · A4", minimum=10, maximum=60)
    refresh_seconds: int = parameter(30, unit="seconds", clause="CARD-25 · A4", minimum=5, maximum=60)
    clock_tolerance_seconds: int = parameter(5, unit="seconds", clause="CARD-25 · A4", maximum=30)


AREAS = (
    TermParameters, RenewalParameters, InstalmentParameters, ActivationParameters, PurchaseParameters, PaymentParameters,
    CodeParameters,
)  # fmt: skip
