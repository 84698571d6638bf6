"""CARD-08 · A3.3, CARD-09 · A3.1 — the rules of buying: real names, cash, and until when one may pay (minor units)."""

from datetime import datetime, timedelta

from cards.policy.parameters import PaymentParameters, PurchaseParameters


def pay_before(placed_at: datetime, *, parameters: PaymentParameters) -> datetime:
    """CARD-08 · A3.3 — the moment until which a payment may be started; the price is frozen until then."""
    return placed_at + timedelta(minutes=parameters.pay_within_minutes)


def may_start_payment(now: datetime, *, pay_before_at: datetime | None) -> bool:
    """CARD-09 · A3.1 — the offer is decided by the moment at which paying starts, not by when the provider's word comes.

    So money whose payment was started in time is honoured however late it is confirmed, even after the order expired.
    """
    return pay_before_at is None or now < pay_before_at


def identity_needed(
    total_minor: int, *, is_registered: bool, is_gift: bool, parameters: PurchaseParameters
) -> bool:  # fmt: skip
    """CARD-08 · A3.3 — the buyer's identity document: for one's own registered card, and for any purchase from the
    real-name threshold on (inclusive). A registered card given away is checked when the other person activates it.
    """
    return (is_registered and not is_gift) or total_minor >= parameters.real_name_threshold_minor


def cash_allowed(total_minor: int, *, buyer_is_company: bool, parameters: PurchaseParameters) -> bool:
    """CARD-09 · A3.1 — no cash from the limit on (inclusive), which is lower for a company than for a person."""
    limit = parameters.unit_cash_limit_minor if buyer_is_company else parameters.person_cash_limit_minor
    return total_minor < limit
