"""The sandbox provider's own side: its book of charges, what its page does, the callbacks it owes (CARD-09 · A3.1).

It behaves like a real one: charges are opened once per merchant reference, close after a while, are paid, declined or
cancelled on its own page; it signs its callbacks and repeats them with growing pauses until they are answered. Only
the tester's wishes on its page are special: the callback may come late, twice or never.
"""

import datetime as dt
import json
import secrets
from enum import StrEnum

from django.db import transaction

from cards.models import SandboxCallback, SandboxCharge
from core import clock

CLOSES_AFTER = dt.timedelta(minutes=30)
LATE = dt.timedelta(seconds=30)
PAUSES = (5, 30, 120, 600, 3_600, 6 * 3_600, 24 * 3_600)
GOOD, BAD = "sbi_ok_", "sbi_no_"


class Callback(StrEnum):
    """When the tester wants the callback of a payment."""

    NOW = "now"
    LATE = "late"
    TWICE = "twice"
    NEVER = "never"


def open_charge(
    *,
    reference: str,
    amount_minor: int,
    currency: str,
    description: str,
    return_url: str,
    notify_url: str,
    keep_instrument: bool = False,
) -> SandboxCharge:
    """The charge of a merchant's reference; asked again, the same one."""
    charge, _ = SandboxCharge.objects.get_or_create(
        merchant_reference=reference,
        defaults={
            "token": secrets.token_urlsafe(24),
            "amount_minor": amount_minor,
            "currency": currency,
            "description": description[:200],
            "return_url": return_url[:300],
            "notify_url": notify_url[:300],
            "keep_instrument": keep_instrument,
            "closes_at": clock.now() + CLOSES_AFTER,
        },
    )
    return charge


@transaction.atomic
def decide(
    charge: SandboxCharge, outcome: str, *, callback: str = Callback.NOW, later_charges_fail: bool = False
) -> SandboxCharge:
    """What the payer did on the page. A charge is decided once; after its time it can only be cancelled."""
    charge = SandboxCharge.objects.select_for_update().get(pk=charge.pk)
    if charge.state != SandboxCharge.State.OPEN:
        return charge
    charge.state = SandboxCharge.State.CANCELLED if clock.now() >= charge.closes_at else SandboxCharge.State(outcome)
    if charge.state == SandboxCharge.State.PAID and charge.keep_instrument:
        charge.stored_instrument = (BAD if later_charges_fail else GOOD) + secrets.token_hex(12)
    charge.save(update_fields=["state", "stored_instrument"])
    _owe(charge, Callback(callback))
    return charge


def charge_instrument(instrument: str, charge: SandboxCharge) -> SandboxCharge:
    """Collect from a kept means of payment: what was agreed for it on the page decides whether that works."""
    if charge.state != SandboxCharge.State.OPEN:
        return charge
    outcome = SandboxCharge.State.PAID if instrument.startswith(GOOD) else SandboxCharge.State.DECLINED
    return decide(charge, outcome)


@transaction.atomic
def refund(reference: str, *, refund_reference: str, amount_minor: int) -> SandboxCallback | None:
    """Send money back, once per refund reference; None for a charge that was not paid or has too little left."""
    charge = SandboxCharge.objects.select_for_update().filter(merchant_reference=reference).first()
    if charge is None:
        return None
    event_id = f"evt_{refund_reference}"
    if done := charge.callbacks.filter(event_id=event_id).first():
        return done
    if charge.state != SandboxCharge.State.PAID or charge.refunded_minor + amount_minor > charge.amount_minor:
        return None
    charge.refunded_minor += amount_minor
    charge.save(update_fields=["refunded_minor"])
    return SandboxCallback.objects.create(
        charge=charge,
        event_id=event_id,
        kind="refund.succeeded",
        body=_body("refund.succeeded", event_id, charge, reference=refund_reference, amount_minor=amount_minor),
        due_at=clock.now(),
    )


def statement(charge: SandboxCharge) -> dict[str, object]:
    """A charge as the provider tells of it."""
    return {
        "reference": charge.merchant_reference,
        "charge": f"ch_{charge.pk:08}",
        "status": charge.state,
        "amount_minor": charge.amount_minor,
        "currency": charge.currency,
        "instrument": charge.stored_instrument,
    }


def _owe(charge: SandboxCharge, wish: Callback) -> None:
    """Write down the callbacks that are due, by the tester's wish."""
    if wish == Callback.NEVER:
        return
    kind = f"payment.{charge.state}"
    event_id = f"evt_{secrets.token_hex(10)}"
    body = _body(kind, event_id, charge)
    due_at = clock.now() + (LATE if wish == Callback.LATE else dt.timedelta())
    SandboxCallback.objects.bulk_create(
        SandboxCallback(charge=charge, event_id=event_id, kind=kind, body=body, due_at=due_at)
        for _ in range(2 if wish == Callback.TWICE else 1)
    )


def _body(kind: str, event_id: str, charge: SandboxCharge, **other: object) -> str:
    return json.dumps({"id": event_id, "kind": kind, "data": {**statement(charge), **other}}, sort_keys=True)
