"""Decisions on orders and money: a short form each, a reason, one operation, and back to the page."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from cards.models import Order, Payment, Refund
from cards.operations import finance, orders
from cards.payments import gateway as gateways
from cards.payments import refunds
from core import money, refusals
from core.admin.deciding import ConfirmForm, Decision, ReasonForm
from core.rules import RuleBroken


class RefundForm(ReasonForm):
    amount = forms.CharField(label=_("Amount"), max_length=30, widget=UnfoldAdminTextInputWidget)
    field_order = ("amount", "reason")

    def clean_amount(self) -> int:
        try:
            return money.parse(self.cleaned_data["amount"], currency=settings.CURRENCY).minor
        except RuleBroken as broken:
            raise forms.ValidationError(refusals.said(broken)) from broken


class NumberForm(forms.Form):
    number = forms.CharField(label=_("Invoice number"), max_length=40, widget=UnfoldAdminTextInputWidget)


class ProofForm(forms.Form):
    proof = forms.CharField(label=_("Number of the pay-out slip"), max_length=60, widget=UnfoldAdminTextInputWidget)


def _set_aside(payment: Payment) -> bool:
    return payment.state == Payment.State.QUARANTINED and payment.refunded_minor < payment.received_minor


OF_ORDER = (
    Decision(
        "cancel", _("Cancel the order"), finance.RECONCILE, lambda order: order.state == Order.State.PLACED, ReasonForm,
        lambda order, user, given: orders.cancel(order, by=user, reason=given["reason"]),
    ),
    Decision(
        "invoice", _("Record the invoice"), finance.RECONCILE,
        lambda order: order.invoice_wanted_at is not None and not order.invoice_number, NumberForm,
        lambda order, user, given: finance.issue_invoice(order, number=given["number"], by=user),
    ),
)  # fmt: skip
OF_PAYMENT = (
    Decision(
        "refund", _("Refund"), "cards.refund_payment",
        lambda payment: payment.state == Payment.State.SUCCEEDED and payment.refunded_minor < payment.received_minor,
        RefundForm,
        lambda payment, user, given: refunds.request(
            payment, amount_minor=given["amount"], reason=given["reason"], by=user
        ),
    ),
    Decision(
        "accept", _("Book it after all"), finance.RECONCILE, _set_aside, ReasonForm,
        lambda payment, user, given: finance.accept(payment, by=user, reason=given["reason"]),
    ),
    Decision(
        "send-back", _("Send it back"), finance.RECONCILE, _set_aside, ReasonForm,
        lambda payment, user, given: finance.send_back(payment, by=user, reason=given["reason"]),
    ),
)  # fmt: skip
OF_REFUND = (
    Decision(
        "pay-out", _("Confirm the pay-out"), "cards.refund_payment",
        lambda refund: refund.state == Refund.State.REQUESTED and not gateways.is_online(refund.payment.gateway),
        ProofForm,
        lambda refund, user, given: refunds.pay_out(refund, by=user, proof=given["proof"]),
    ),
    Decision(
        "try-again", _("Send it once more"), "cards.refund_payment",
        lambda refund: refund.state == Refund.State.FAILED, ConfirmForm,
        lambda refund, user, _given: refunds.try_again(refund, by=user),
    ),
)  # fmt: skip
