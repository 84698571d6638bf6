"""A question or a complaint at the counter (SVC-01, SVC-04 · A6.2, D6): written down where it is said."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cards.models import Card
from cards.views.counter.desk import Desk, at_desk, refuse, the_card
from core import access
from core.request import posted
from core.rules import RuleBroken
from service_desk.forms.counter import SpokenForm
from service_desk.models import Case
from service_desk.operations.cases import open_case
from service_desk.operations.holding import OPEN_AT_COUNTER
from service_desk.policy.codes import Channel
from service_desk.queries import cases as rows

CARD = "service_desk.card"


@require_http_methods(["GET", "POST"])
@at_desk
def contact(request: HttpRequest, desk: Desk, card: UUID | None = None) -> HttpResponse:
    """One short form, with the card in hand or without one; what was settled here is closed here."""
    access.require(desk.clerk, OPEN_AT_COUNTER, at=desk.store.pk)
    found = the_card(request, desk, card) if card else None
    form = SpokenForm(posted(request), knows_person=found is not None and found.holder_id is not None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(desk, found, form)
        except RuleBroken as broken:
            if broken.code not in form.PLACES:
                return refuse(request, desk, broken, what="open_case", subject=found or desk.store, card=found)
            form.refuse(broken)
        else:
            request.session[CARD] = str(found.public_id) if found else ""
            return redirect("service_desk:counter_opened", opened.number)
    context = {"desk": desk, "card": found, "form": form}
    return render(request, "service_desk/counter/contact.html", context, status=422 if form.errors else 200)


def _open(desk: Desk, card: Card | None, form: SpokenForm) -> Case:
    given = form.cleaned_data
    return open_case(
        kind=given["kind"],
        channel=Channel.COUNTER,
        subject="",
        body=given["text"],
        member=card.holder if card else None,
        contact=form.contact,
        card=card,
        store=desk.store,
        by=desk.clerk,
        key=f"counter:{desk.clerk.pk}:{given['key']}",
        close_at_once=given["answer"],
    )


@require_safe
@at_desk
def opened(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The unmistakable yes: the number to tell, and by when service answers."""
    here = access.within_scope(Case.objects.filter(channel=Channel.COUNTER), desk.clerk, right=OPEN_AT_COUNTER)
    found = here.filter(number=number).first()
    if found is None:
        raise Http404
    context = {
        "desk": desk,
        "case": found,
        "due_at": rows.promised_solution(found),
        "card_id": request.session.get(CARD),
    }
    return render(request, "service_desk/counter/opened.html", context)
