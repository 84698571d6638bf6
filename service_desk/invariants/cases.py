"""What always holds of cases, for `manage.py verify` (design/invariants.md)."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from django.db.models import F

from core.verify import invariant
from service_desk.models import Case, CaseClock, CaseEntry, CaseEvent, CaseLink
from service_desk.operations import history
from service_desk.policy import clocks, states
from service_desk.policy.codes import Happening
from service_desk.policy.states import State
from service_desk.queries import hours, timelines

BATCH = 500


@invariant("43", "case states go only the ways that are listed")
def states_go_listed_ways() -> Iterator[str]:
    steps = CaseEvent.objects.filter(kind=Happening.STATE).order_by("case_id", "id")
    rows = steps.values_list("case_id", "before", "after", "case__state", "case__number").iterator(chunk_size=2_000)
    moved = set()
    for case, taken in groupby(rows, key=lambda row: row[0]):
        moved.add(case)
        stood = str(State.NEW)
        last = ("", "")
        for _case, before, after, state, number in taken:
            if before != stood or not states.listed(before, after):
                yield f"case {number} went from {before} to {after}, and stood at {stood}"
            stood, last = after, (state, number)
        if stood != last[0]:
            yield f"case {last[1]} is {last[0]}, its history says {stood}"
    for pk, number in Case.objects.exclude(state=State.NEW).values_list("pk", "number"):
        if pk not in moved:
            yield f"case {number} has moved, and no event tells how"


@invariant("43a", "a merge loses no message")
def merges_lose_nothing() -> Iterator[str]:
    merged_into = dict(Case.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))

    def root(pk: int) -> int:
        while (other := merged_into.get(pk)) is not None:
            pk = other
        return pk

    linked = CaseLink.objects.filter(kind=CaseLink.Kind.MERGED_INTO, ended_at__isnull=True)
    if dict(linked.values_list("case", "other")) != merged_into:
        yield "links of merged cases and the cases themselves do not agree"
    for pk in CaseEntry.objects.filter(case__merged_into__isnull=False).values_list("pk", flat=True):
        yield f"entry {pk} stands in a case that was merged away"
    there: Counter[int] = Counter()
    for case in CaseEntry.objects.filter(direction="in").values_list("case", flat=True).iterator(chunk_size=5_000):
        there[case] += 1
    told: Counter[int] = Counter()
    written = CaseEvent.objects.filter(kind__in=[Happening.OPENED, Happening.MEMBER_WROTE])
    for case, data in written.values_list("case", "data").iterator(chunk_size=5_000):
        told[root(data.get("under") or case)] += 1
    for case, count in told.items():
        if there[case] < count:
            yield f"case {case}: the member wrote {count} times, {there[case]} messages are there"


@invariant("43b", "what was said in a case is as it was written down")
def entries_are_whole() -> Iterator[str]:
    for row in CaseEntry.objects.only("body", "digest").iterator(chunk_size=1_000):
        if not row.is_whole:
            yield f"entry {row.pk} was altered"


@invariant("43c", "the clocks of a case are what its history gives")
def clocks_follow_from_history() -> Iterator[str]:
    open_hours = hours.in_force()
    pks = Case.objects.order_by("pk").values_list("pk", flat=True)
    after = 0
    while batch := list(pks.filter(pk__gt=after)[:BATCH]):
        after = batch[-1]
        histories, kept = timelines.histories(batch), timelines.clocks(batch)
        for pk in batch:
            events = histories.get(pk, [])
            if not events or events[0].kind is not Happening.OPENED:
                yield f"case {pk} has no beginning"
                continue
            computed = clocks.reckon(events, hours=open_hours, now=events[0].at).clocks
            rows = kept.get(pk, {})
            if computed.keys() != rows.keys():
                yield f"case {pk} has clocks {sorted(rows)}, its history gives {sorted(computed)}"
            for place in computed.keys() & rows.keys():
                if wrong := [
                    name for name in history.COPIED if getattr(rows[place], name) != getattr(computed[place], name)
                ]:
                    yield f"case {pk}: {', '.join(wrong)} of {place[0]} {place[1]} differ from its history"


@invariant("43d", "a breach is never erased: its event and its clock stand together")
def breaches_stay() -> Iterator[str]:
    noted = set()
    for case, data in CaseEvent.objects.filter(kind=Happening.BREACHED).values_list("case", "data"):
        noted.add((case, data["promise"], data["round"]))
    kept = set(CaseClock.objects.filter(breached_at__isnull=False).values_list("case", "promise", "round"))
    for case, promise, number in sorted(noted ^ kept):
        yield f"case {case}: the breach of {promise} {number} is " + (
            "noted alone" if (case, promise, number) in noted else "not noted"
        )


@invariant("43e", "a case repeats the earliest deadline of its clocks")
def deadlines_are_repeated() -> Iterator[str]:
    running = CaseClock.objects.filter(due_at__isnull=False, met_at__isnull=True, stopped_at__isnull=True)
    for number in running.filter(due_at__lt=F("case__first_due_at")).values_list("case__number", flat=True):
        yield f"case {number} has an earlier deadline than it says"
    silent = Case.objects.filter(first_due_at__year__lt=9999).exclude(clocks__due_at=F("first_due_at"))
    for number in silent.values_list("number", flat=True):
        yield f"case {number} says a deadline that none of its clocks has"
