"""Decisions on orders and money: a short form each, a reason, one operation, and back to the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cards.models import Order, Payment, Refund
from cards.operations import finance, orders
from cards.payments import gateway as gateways
from cards.payments import refunds
from core import money, refusals
from core.models import Approval, User
from core.rules import RuleBroken

if TYPE_CHECKING:
    from core.admin import ModelAdmin


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextareaWidget)


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


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button decides."""


@dataclass(frozen=True)
class Decision:
    """A button: what it is called, who may press it, when it fits, what is asked, what it does."""

    verb: str
    label: str | Promise
    right: str
    fits: Callable[[Any], bool]
    form: type[forms.Form]
    do: Callable[[Any, User, dict[str, Any]], Any]


def view(
    page: "ModelAdmin", decisions: Sequence[Decision]
) -> Callable[..., HttpResponse]:  # fmt: skip
    """The page of every decision of a model."""

    def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        decision = next((one for one in decisions if one.verb == verb), None)
        row = page.may_see(request, pk)
        if decision is None or row is None:
            raise Http404
        user = request.user
        if not isinstance(user, User) or not user.has_perm(decision.right):
            raise PermissionDenied
        back = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        form = decision.form(request.POST or None)
        if request.method == "POST" and form.is_valid() and _done(request, decision, row, user, form):
            return redirect(back, row.pk)
        context = {
            **page.admin_site.each_context(request),
            "title": f"{decision.label} · {row}",
            "form": form,
            "opts": page.opts,
            "original": row,
            "back": back,
        }
        return render(request, "admin/cards/decide.html", context, status=422 if form.errors else 200)

    return decide


def _done(request: HttpRequest, decision: Decision, row: Model, user: User, form: forms.Form) -> bool:
    try:
        result = decision.do(row, user, form.cleaned_data)
    except RuleBroken as broken:
        form.add_error(None, refusals.said(broken))
        return False
    asked = isinstance(result, Approval)
    messages.success(request, _now("Waits for a second person.") if asked else _now("Done."))
    return True


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
