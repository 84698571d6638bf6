"""Emergencies of a year in figures (SVC-16 · D12)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_safe

from cards.admin.pages import viewer
from core import clock, show
from service_desk.incidents.admin.common import shown
from service_desk.incidents.models.plans import SEVERITIES
from service_desk.incidents.queries import figures, planned
from service_desk.incidents.queries.rooms import SEE


@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """How many of which kind and severity, how fast we were, what was drilled, which plans are due."""
    user = viewer(request, SEE)
    wanted, known = request.GET.get("year", ""), figures.years()
    chosen = int(wanted) if wanted.isdecimal() and len(wanted) < 5 and int(wanted) in known else clock.today().year
    found = figures.of_year(chosen)
    return shown(
        request, "figures", title=_now("Emergencies in figures"), year=found, years=known, due=planned.due(user),
        severities=[label for _number, label in SEVERITIES],
        months=[(show.month(month), count) for month, count in found.months],
    )  # fmt: skip
