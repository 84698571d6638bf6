"""The member's orders (CARD-10 · A3.3.4): every state says what happened and what to do next."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cards import receipts
from cards.models import Order
from cards.operations import orders, part_payment
from cards.payments import collecting
from cards.payments import gateway as gateways
from cards.policy import numbers
from cards.queries import orders as rows
from core import audit, refusals
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken

PER_PAGE = 20


def _own(request: HttpRequest, token: str) -> Order:
    """The order, if it is the asking member's; anybody else's looks like none."""
    return get_object_or_404(rows.of_buyer(cast(User, request.user)), token=token)


@never_cache
@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    found = rows.of_buyer(cast(User, request.user)).prefetch_related("lines__version")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "cards/orders/list.html", {"page": page})


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, token: str) -> HttpResponse:
    order = _own(request, token)
    standing = rows.standing(order)
    events = order.events.all()
    return render(request, "cards/orders/detail.html", {"order": order, "standing": standing, "events": events})


@never_cache
@login_required
@require_GET
def state(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the page that changes by itself; once nothing is under way any more the whole page comes anew."""
    order = _own(request, token)
    standing = rows.standing(order)
    response = render(request, "cards/orders/_state.html", {"order": order, "standing": standing})
    if not standing.is_moving:
        response["HX-Refresh"] = "true"
    return response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """How to pay; choosing a provider leads to its page. Clicking twice leads to the same one."""
    order = _own(request, token)
    standing = rows.standing(order)
    providers = gateways.online()
    refused = ""
    if request.method == "POST":
        back = request.build_absolute_uri(reverse("cards:order", args=[order.token]))
        try:
            gateway, keep = request.POST.get("gateway", ""), request.POST.get("keep") == "on"
            return redirect(collecting.start(order, gateway=gateway, return_url=back, keep_instrument=keep))
        except RuleBroken as broken:
            refused = refusals.said(broken)
    elif not standing.can_pay:
        return redirect("cards:order", token=order.token)
    may_keep = not order.is_gift and any(one.keeps_instruments for one in providers)
    context = {
        "order": order, "standing": standing, "providers": providers, "refused": refused, "may_keep": may_keep,
    }  # fmt: skip
    shown = render(request, "cards/orders/pay.html", context, status=409 if refused else 200)
    # A browser holds the redirect after the form against the policy of the page that the form stands on.
    shown._csp_update = {"form-action": gateways.pages()}  # type: ignore[attr-defined]
    return shown


@login_required
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    order = _own(request, token)
    try:
        orders.cancel(order, by=cast(User, request.user))
        messages.success(request, _("The order is cancelled. Nothing was charged."))
    except Refusal as refusal:
        messages.error(request, refusals.said(refusal))
    return redirect("cards:order", token=order.token)


@never_cache
@login_required
@require_POST
def reveal_code(request: HttpRequest, token: str) -> HttpResponse:
    """Number and activation code of a card bought with this order, shown on request and recorded."""
    order = _own(request, token)
    standing = rows.standing(order)
    with transaction.atomic():
        audit.record("cards.order.reveal_code", subject=order, member_id=order.member_id)
    shown = [
        {
            "card": card,
            "number": numbers.display_number(card.number.number),
            "code": numbers.display_activation_code(card.number.activation_code),
        }
        for card in standing.cards
        if card.number.activation_code
    ]
    return render(request, "cards/orders/_codes.html", {"order": order, "shown": shown})


@never_cache
@login_required
@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    order = _own(request, token)
    return render(request, "cards/orders/receipt.html", _receipt(order))


@never_cache
@login_required
@require_GET
def receipt_pdf(request: HttpRequest, token: str) -> HttpResponse:
    order = _own(request, token)
    shown = _receipt(order)
    body = receipts.pdf(shown["standing"], by_points=shown["by_points"])
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{order.number}.pdf"'
    return response


def _receipt(order: Order) -> dict[str, Any]:
    standing = rows.standing(order)
    if not standing.received:
        raise Http404
    return {
        "order": order,
        "standing": standing,
        "invoice": rows.invoice_of(order),
        "by_points": part_payment.given(order),
    }
