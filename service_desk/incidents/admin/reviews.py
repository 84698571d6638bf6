"""The review after an incident: read, written, handed to a second person, printed (SVC-16 · D12)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_POST

from cards.admin.pages import staff, tried
from core import approvals
from core.request import posted
from service_desk.incidents.admin.common import incident_of, is_wrong, shown
from service_desk.incidents.forms.review import MeasureFormSet, ReviewForm, measures_of
from service_desk.incidents.models import Incident, IncidentReview
from service_desk.incidents.operations import holding, reviewing
from service_desk.incidents.queries import rooms
from service_desk.quality.admin.common import typed
from service_desk.quality.queries import coordination

PAGE = "admin:service_desk_incident_review"


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What was learned, beside what happened and how long it took; a form while it may be written."""
    user = staff(request)
    row = incident_of(user, pk)
    kept = _kept(row)
    if request.method == "POST":
        holding.require_lead(row, user)
    writes = holding.may_lead(row, user) and row.state == Incident.State.RESOLVED
    writes = writes and (kept is None or kept.state == IncidentReview.State.DRAFT)
    form = ReviewForm(posted(request), initial=ReviewForm.initial_of(kept))
    measures = MeasureFormSet(posted(request), initial=measures_of(kept), prefix="measures")
    if form.is_bound and not is_wrong(form, measures):
        written = typed(form, lambda: reviewing.write(row, form.learned(measures), by=user))
        if written is not None:
            messages.success(request, _now("Kept."))
            return redirect(PAGE, row.pk)
    tasks = [one.task_id for one in kept.measures.all() if one.task_id] if kept else []
    return shown(
        request, "review", wrong=form.is_bound, incident=row, review=kept, writes=writes, form=form, measures=measures,
        room=rooms.room(row), measured=rooms.measured(row), title=_now("Review of %(number)s") % {"number": row.number},
        theirs=set(coordination.visible_to(user).filter(pk__in=tasks).values_list("pk", flat=True)),
        approval_url=approvals.page_of(kept.approval) if kept and kept.approval else "",
    )  # fmt: skip


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody who did not lead to agree."""
    user = staff(request)
    row = incident_of(user, pk)
    holding.require_lead(row, user)
    said = _now("Sent for approval. Agreed, the incident is closed and each measure is a task.")
    tried(request, lambda: reviewing.submit(row, by=user), done=said)
    return redirect(PAGE, row.pk)


def _kept(row: Incident) -> IncidentReview | None:
    rows = IncidentReview.objects.filter(incident=row).select_related("written_by", "approval__decided_by")
    return rows.prefetch_related("measures__task", "measures__department", "measures__owner").first()
