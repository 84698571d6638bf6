"""Contests: called for a period, closed some days after it (SVC-11 · B11.3)."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from core import access, audit, clock
from core.messaging import outbox
from core.models import Department, Store, User
from core.refusals import Refusal
from service_desk.models import Contest, ContestPlace
from service_desk.people.policy.kpis import Subject
from service_desk.people.queries import contests, reach

CALL = "people.call_contest"
PLACES_TOLD = 3


def call(
    words: Mapping[str, str],
    *,
    kpi: str,
    kind: Subject,
    starts_on: dt.date,
    last_on: dt.date,
    store: Store | None = None,
    department: Department | None = None,
    prize: str = "",
    by: User,
) -> Contest:
    """SVC-11 · B11.3 — name a period in which people or stores are ranked by one figure.

    Refuses one that is over before it is called, one among departments, one that is called already, and one beyond the
    stores and departments that one's right reaches.
    """
    access.require(by, CALL)
    _refuse_beyond(kind, store, department, by=by)
    if last_on < max(starts_on, clock.today()) or kind is Subject.DEPARTMENT:
        raise Refusal("contest_makes_no_sense", status=422)
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Contest.objects.create(
                    **words, kpi=kpi, kind=kind, starts_on=starts_on, last_on=last_on, store=store,
                    department=department, prize=prize.strip()[:200], created_by=by, created_at=clock.now(),
                )  # fmt: skip
        except IntegrityError as error:
            raise Refusal("contest_called_already") from error
        audit.record(
            "service_desk.contest.call",
            subject=made,
            actor=by,
            store_id=store.pk if store else None,
            details={"kpi": kpi, "kind": kind, "starts_on": starts_on, "last_on": last_on},
        )
    return made


def _refuse_beyond(kind: Subject, store: Store | None, department: Department | None, *, by: User) -> None:
    """Stores are ranked against one another by whoever sees all of them; people by whoever leads them."""
    bound = reach.of(by, CALL)
    if kind is Subject.STORE and (store or department):
        raise Refusal("contest_makes_no_sense", status=422)
    if not (bound.everywhere or bound.covers_store(store) or bound.covers_department(department)):
        raise Refusal("beyond_your_people", status=422)


@transaction.atomic
def close(contest: Contest) -> Contest:
    """SVC-11 · B11.3 — write the places for good, and congratulate the first; closing again changes nothing."""
    row = Contest.objects.select_for_update().get(pk=contest.pk)
    if row.closed_at is not None:
        return row
    found = contests.ranked(row)
    of_people = row.kind == Subject.PERSON
    ContestPlace.objects.bulk_create(
        ContestPlace(
            contest=row,
            place=one.place,
            person_id=one.who.pk if of_people else None,
            store_id=None if of_people else one.who.pk,
            value=one.value,
        )
        for one in found
    )
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    audit.record("service_desk.contest.close", subject=row, details={"places": len(found)})
    outbox.send_many(
        outbox.Draft(
            event="people.contest_won",
            key=f"{row.pk}:{one.who.pk}",
            to=one.who,
            context={"contest": row.worded("name", one.who.language or None), "place": one.place, "prize": row.prize},
            link=contests.page_of(row),
        )
        for one in found
        if isinstance(one.who, User) and one.place <= PLACES_TOLD
    )
    return row
