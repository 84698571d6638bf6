"""What must always hold of emergencies, checked by `manage.py verify` (SVC-16 · D12)."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from core.models import Approval
from core.verify import invariant
from service_desk.incidents.models import (
    Incident,
    IncidentCall,
    IncidentCase,
    IncidentReview,
    IncidentTelling,
    PlanVersion,
)

AGREED = Q(approval__state=Approval.State.APPROVED) & ~Q(approval__decided_by=F("approval__author"))


@invariant("N1", "an emergency plan in force was decided by two people")
def plans_have_four_eyes() -> Iterator[str]:
    for row in PlanVersion.objects.filter(state=PlanVersion.State.PUBLISHED).exclude(AGREED):
        yield f"version {row.pk} of an emergency plan is in force without a second person"


@invariant("N2", "no level of a contact chain was called before the one below it")
def chains_skip_no_level() -> Iterator[str]:
    below = IncidentCall.objects.filter(
        incident=OuterRef("incident"), round=OuterRef("round"), level__lt=OuterRef("level"),
        called_at__gt=OuterRef("called_at"),
    )  # fmt: skip
    for row in IncidentCall.objects.filter(Exists(below)):
        yield f"call {row.pk} came before one of a lower level"


@invariant("N3", "a message to members was written to as many as it counts, each once, and never in a drill")
def members_are_told_once() -> Iterator[str]:
    counted = IncidentTelling.objects.annotate(written=Count("members")).exclude(written=F("told"))
    for pk, told, written in counted.values_list("pk", "told", "written"):
        yield f"message {pk} counts {told} members and wrote to {written}"
    for row in IncidentTelling.objects.filter(incident__is_drill=True):
        yield f"message {row.pk} belongs to a drill"
    for link in IncidentCase.objects.filter(incident__is_drill=True):
        yield f"case {link.case_id} belongs to a drill"


@invariant("N4", "what is closed with a review has one that somebody agreed to who did not lead")
def reviews_are_agreed() -> Iterator[str]:
    closed = IncidentReview.objects.filter(Q(incident__state=Incident.State.CLOSED) | Q(state="agreed"))
    led = Q(approval__decided_by=F("incident__commander"))
    for row in closed.exclude(AGREED & Q(state="agreed")).distinct():
        yield f"incident {row.incident_id} is closed on a review that nobody agreed to"
    for row in closed.filter(led, state="agreed"):
        yield f"the review of incident {row.incident_id} was agreed to by whoever led it"
