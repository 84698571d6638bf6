"""Which cases belong to an incident: found by a search and linked all at once, or said on the page of one (SVC-16 · D12)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_POST

from cards.admin.pages import tried, viewer
from core.models import User
from service_desk.incidents.admin.common import incident_of, shown
from service_desk.incidents.models import Incident, IncidentCase
from service_desk.incidents.operations import linking
from service_desk.models import Case
from service_desk.operations.holding import HANDLE
from service_desk.quality.admin.common import found
from service_desk.queries import finding

PAGE, MOST_FOUND = "admin:service_desk_incident_change", 50


def cases(request: HttpRequest, pk: int) -> HttpResponse:
    """Cases found by a search, and linked all at once."""
    user = viewer(request, HANDLE)
    row = incident_of(user, pk)
    if request.method == "POST":
        return _link(request, row, user)
    term = request.GET.get("q", "")[:200].replace("\x00", "")
    keys = finding.find(term, limit=MOST_FOUND) if term.strip() else []
    hits = Case.objects.filter(pk__in=keys).select_related("category", "store").order_by("-pk")
    linked = dict(IncidentCase.objects.filter(case__in=keys).values_list("case", "incident__number"))
    return shown(
        request, "cases", incident=row, term=term, hits=[(case, linked.get(case.pk, "")) for case in hits],
        title=_now("Cases that belong to %(number)s") % {"number": row.number}, most=MOST_FOUND,
    )  # fmt: skip


@require_POST
def of_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Said on the page of a case: it belongs to this incident."""
    user = viewer(request, HANDLE)
    case = found(Case.objects.all(), pk)
    row = incident_of(user, request.POST.get("incident", ""))
    tried(request, lambda: linking.link(row, [case.pk], by=user), done=_now("Linked."))
    return redirect("admin:service_desk_case_change", case.pk)


def _link(request: HttpRequest, row: Incident, user: User) -> HttpResponse:
    picked = [int(one) for one in request.POST.getlist("case") if one.isdecimal() and len(one) < 19]
    if gone := request.POST.get("unlink", ""):
        case = found(Case.objects.filter(incident_link__incident=row), gone)
        tried(request, lambda: linking.unlink(row, case, by=user), done=_now("Taken out."))
    else:
        tried(request, lambda: linking.link(row, picked, by=user), done=_now("Linked."))
    return redirect(PAGE, row.pk)
