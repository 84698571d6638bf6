"""Refunds above the limit need a second person (CARD-20 · E5.6)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cards.models import Payment
from cards.payments import refunds
from core import approvals, show
from core.models import Approval


def _payment(approval: Approval) -> Payment:
    return Payment.objects.get(pk=int(approval.subject.rpartition(":")[2]))


def _current(approval: Approval) -> Mapping[str, Any]:
    return {"refunded_minor": _payment(approval).refunded_minor}


def _words(approval: Approval) -> Mapping[str, approvals.Word]:
    currency = _payment(approval).currency
    shown = approvals.Word(_("refunded in all"), lambda minor: show.money(int(minor), currency))
    amount = approvals.Word(_("this refund"), lambda minor: show.money(int(minor), currency))
    return {"refunded_minor": shown, "amount_minor": amount}


approvals.register(
    approvals.Kind(
        code=refunds.APPROVAL,
        label=_("Refund"),
        right="cards.decide_refund",
        apply=refunds.apply,
        current=_current,
        words=_words,
        url=lambda approval: reverse("admin:cards_order_change", args=[_payment(approval).order_id]),
    )
)
