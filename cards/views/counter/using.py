"""Redeeming a benefit at the counter, and taking it back (CARD-14 · A4.3, CARD-24)."""

import uuid
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cards.forms.serving import UndoForm, UseForm
from cards.models import BenefitUse, Entitlement
from cards.operations import uses
from cards.queries import cards
from cards.views.counter.desk import Desk, at_desk, refuse, the_card
from core import access, clock
from core.rules import RuleBroken


@require_http_methods(["GET", "POST"])
@at_desk
def use(request: HttpRequest, desk: Desk, card: UUID, benefit: int) -> HttpResponse:
    """Confirm, then the verdict. The same form sent again shows the same use and counts nothing."""
    found = the_card(request, desk, card)
    if request.method == "POST":
        form = UseForm(request.POST)
        entitlement = get_object_or_404(Entitlement, pk=benefit)
        if form.is_valid():
            try:
                done = uses.record(
                    found,
                    entitlement=entitlement,
                    store=desk.store,
                    clerk=desk.clerk,
                    key=f"counter:{desk.clerk.pk}:{form.cleaned_data['key']}",
                    quantity=form.cleaned_data["quantity"],
                )
            except RuleBroken as error:
                return refuse(request, desk, error, what="redeem_benefit", subject=found, card=found)
            return redirect("counter:used", done.pk)
    else:
        form = UseForm(initial={"key": uuid.uuid4(), "quantity": 1})
    panel = cards.panel(found, day=clock.today(), store=desk.store, uses=0)
    standing = next((one for one in panel.benefits if one.entitlement.pk == benefit), None)
    if standing is None:
        raise Http404
    context = {"desk": desk, "card": found, "form": form, "standing": standing, "panel": panel}
    return render(request, "cards/counter/use.html", context, status=422 if form.errors else 200)


@require_safe
@at_desk
def used(request: HttpRequest, desk: Desk, use: int) -> HttpResponse:
    """The unmistakable yes, read from the database: what is shown here is recorded."""
    done = _use(desk, use)
    panel = cards.panel(done.card, day=clock.today(), store=desk.store, uses=0)
    left = next((one.decision.left for one in panel.benefits if one.entitlement == done.entitlement), None)
    return render(request, "cards/counter/used.html", {"desk": desk, "use": done, "card": done.card, "left": left})


@require_http_methods(["GET", "POST"])
@at_desk
def undo(request: HttpRequest, desk: Desk, use: int) -> HttpResponse:
    """Take a use back, with a reason; within minutes, a manager at any time."""
    done = _use(desk, use)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            uses.reverse(done, by=desk.clerk, reason=form.cleaned_data["reason"])
        except RuleBroken as error:
            return refuse(request, desk, error, what="undo", subject=done, card=done.card)
        return redirect("counter:used", done.pk)
    context = {"desk": desk, "use": done, "card": done.card, "form": form}
    return render(request, "cards/counter/undo.html", context, status=422 if form.errors else 200)


def _use(desk: Desk, pk: int) -> BenefitUse:
    """A use of the stores this clerk serves; any other is as good as missing."""
    rows = BenefitUse.objects.select_related(
        "card__number", "card__product", "card__version", "card__holder__user", "entitlement", "store", "clerk"
    )
    found = access.within_scope(rows, desk.clerk, right="counter.redeem_benefit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
