"""Our side of the sandbox: the gateway interface, filled as for a real provider."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cards.models import Payment, SandboxCharge
from cards.payments import signatures
from cards.payments.gateway import SignatureInvalid
from cards.payments.sandbox import provider
from cards.payments.word import Said, Word
from core import clock

SAID = {
    "payment.paid": Said.SUCCEEDED,
    "payment.declined": Said.FAILED,
    "payment.cancelled": Said.CANCELLED,
    "refund.succeeded": Said.REFUNDED,
}


class Sandbox:
    code = "sandbox"
    label = _("Sandbox (no real money)")
    keeps_instruments = True
    pages: tuple[str, ...] = ()

    def start(self, payment: Payment, *, return_url: str, notify_url: str) -> str:
        charge = _charge_of(payment, return_url=return_url, notify_url=notify_url)
        return reverse("sandbox:pay", args=[charge.token])

    def parse_callback(self, request: HttpRequest) -> Word:
        try:
            signatures.verify(
                request.body, request.headers, secret=settings.SANDBOX_SECRET, now=clock.now().timestamp()
            )
            event = json.loads(request.body)
            return _word(SAID[event["kind"]], event["data"], event_id=str(event["id"])[:120])
        except signatures.BadSignature as error:
            raise SignatureInvalid(str(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise SignatureInvalid("not a statement of the sandbox") from error

    def query(self, payment: Payment) -> Word:
        charge = SandboxCharge.objects.filter(merchant_reference=payment.reference).first()
        if charge is None:
            return Word(Said.UNKNOWN, payment.reference)
        if charge.state == SandboxCharge.State.OPEN and clock.now() >= charge.closes_at:
            charge = provider.decide(charge, SandboxCharge.State.CANCELLED, callback=provider.Callback.NEVER)
        if charge.state == SandboxCharge.State.OPEN:
            return Word(Said.OPEN, payment.reference)
        return _word(SAID[f"payment.{charge.state}"], provider.statement(charge))

    def refund(self, payment: Payment, *, amount_minor: int, reference: str) -> Word:
        done = provider.refund(payment.reference, refund_reference=reference, amount_minor=amount_minor)
        if done is None:
            return Word(Said.REFUND_FAILED, reference, reason="refused by the provider")
        return Word(
            Said.REFUNDED, reference, gateway_reference=done.event_id, amount_minor=amount_minor
        )  # fmt: skip

    def charge_stored(self, payment: Payment, *, instrument: str, notify_url: str) -> Word:
        charge = _charge_of(payment, return_url="", notify_url=notify_url)
        charge = provider.charge_instrument(instrument, charge)
        return _word(SAID[f"payment.{charge.state}"], provider.statement(charge))


def _charge_of(payment: Payment, *, return_url: str, notify_url: str) -> SandboxCharge:
    return provider.open_charge(
        reference=payment.reference,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        description=f"{settings.PROGRAMME_NAME} {payment.order.number}",
        return_url=return_url,
        notify_url=notify_url,
        keep_instrument=payment.keep_instrument,
    )


def _word(said: Said, data: dict[str, Any], *, event_id: str = "") -> Word:
    return Word(
        said,
        str(data["reference"]),
        gateway_reference=str(data["charge"]),
        amount_minor=int(data["amount_minor"]),
        currency=str(data["currency"]),
        reason="" if said == Said.SUCCEEDED else str(data["status"]),
        instrument=str(data.get("instrument", "")),
        event_id=event_id,
    )
