"""Every complaint has its file, and ends with what was found and why it came about (SVC-04, SVC-05 · D6)."""

from collections.abc import Iterator

from django.db.models import F, Q

from core.verify import invariant
from service_desk.models import Case, Complaint, ImprovementEvent, ImprovementMeasure
from service_desk.policy import improvements
from service_desk.policy.codes import Kind
from service_desk.policy.improvements import State
from service_desk.policy.states import State as CaseState


@invariant("44c", "a complaint has a file, and a closed one says what was found and why it came about")
def complaints_are_looked_into() -> Iterator[str]:
    rows = Case.objects.filter(kind=Kind.COMPLAINT)
    for number in rows.filter(complaint__isnull=True).values_list("number", flat=True):
        yield f"complaint {number} has no file"
    unsaid = Q(complaint__finding="") | Q(complaint__cause__isnull=True)
    for number in rows.filter(unsaid, state=CaseState.CLOSED).values_list("number", flat=True):
        yield f"complaint {number} was closed without finding or root cause"
    for number in Complaint.objects.filter(case__owner=F("against"), case__kind=Kind.COMPLAINT).exclude(
        case__state__in=[CaseState.CLOSED, CaseState.RESOLVED, CaseState.MERGED]
    ).values_list("case__number", flat=True):  # fmt: skip
        yield f"complaint {number} is handled by the colleague it is about"


@invariant("44d", "an improvement measure went the ways that are listed, agreed and verified by a second person")
def measures_go_listed_ways() -> Iterator[str]:
    stood: dict[int, str] = {}
    steps = ImprovementEvent.objects.order_by("measure_id", "id").values_list("measure", "before", "after")
    for measure, before, after in steps.iterator(chunk_size=2_000):
        if before != stood.get(measure, "") or (before and State(after) not in improvements.WAYS[State(before)]):
            yield f"measure {measure} went from {before} to {after}"
        stood[measure] = after
    for pk, state in ImprovementMeasure.objects.values_list("pk", "state"):
        if stood.get(pk) != state:
            yield f"measure {pk} is {state}, its history says {stood.get(pk)}"
    judged = ImprovementMeasure.objects.filter(state__in=[State.VERIFIED, State.NOT_EFFECTIVE])
    for pk in judged.filter(reviews__isnull=True).values_list("pk", flat=True):
        yield f"measure {pk} was judged without figures"
