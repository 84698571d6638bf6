"""The ranking of a contest: live while it runs, as it was written once it is closed (SVC-11 · B11.3)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from core import clock
from core.models import Store, User
from service_desk.models import Contest, ContestPlace
from service_desk.people.policy import kpis, ranking
from service_desk.people.policy.kpis import Subject
from service_desk.people.queries import kpis as live
from service_desk.people.queries import reach


@dataclass(frozen=True)
class Ranked:
    """A place of a contest: who, with what."""

    place: int
    who: User | Store
    value: int


def taking_part(contest: Contest) -> QuerySet[User]:
    """Whom a contest of people is for: everybody at work of its store and department."""
    rows = User.objects.filter(is_staff=True, is_active=True, employment__isnull=False)
    if contest.store_id:
        rows = rows.filter(employment__store=contest.store_id)
    return rows.filter(employment__post__department=contest.department_id) if contest.department_id else rows


def places(contest: Contest) -> list[ranking.Place[int]]:
    """How it stands: who has done nothing yet has no place. Of people only those whom it is for."""
    kind, kpi = Subject(contest.kind), kpis.BY_CODE[contest.kpi]
    sums = live.figures(kind, contest.starts_on, min(contest.last_on, clock.today()), only=[contest.kpi])[contest.kpi]
    for_whom = taking_part(contest) if kind is Subject.PERSON else Store.objects.all()
    allowed = for_whom.filter(pk__in=list(sums)).order_by("pk").values_list("pk", flat=True)
    values = {pk: kpis.value(kpi, sums[pk]) for pk in allowed}
    return ranking.rank(values, less_is_better=kpi.less_is_better)


def ranked(contest: Contest) -> list[Ranked]:
    """The ranking with names."""
    if contest.closed_at is not None:
        rows = ContestPlace.objects.filter(contest=contest).select_related("person", "store")
        return [Ranked(row.place, who, row.value) for row in rows if (who := row.person or row.store)]
    found = places(contest)
    pks = [one.who for one in found]
    people: dict[int, User | Store] = {}
    if contest.kind == Subject.PERSON:
        people |= User.objects.in_bulk(pks)
    else:
        people |= Store.objects.in_bulk(pks)
    return [Ranked(one.place, people[one.who], one.value) for one in found]


def mine(user: User) -> Q:
    """The contests that somebody takes part in, or his store: those that have begun, of his store and department or of all."""
    store, department = reach.place_of(user)
    among = (Q(store=None) | Q(store=store)) & (Q(department=None) | Q(department=department))
    return (among | Q(kind=Subject.STORE)) & Q(starts_on__lte=clock.today())


def of_person(user: User, *, most: int) -> QuerySet[Contest]:
    """The newest of these."""
    return Contest.objects.filter(mine(user)).select_related("store", "department").order_by("-last_on", "-pk")[:most]


def to_close(on: dt.date, *, grace_days: int) -> QuerySet[Contest]:
    """Contests that ended so many days ago and whose places are not written yet; by id."""
    return Contest.objects.filter(closed_at=None, last_on__lt=on - dt.timedelta(days=grace_days)).order_by("pk")


def page_of(contest: Contest) -> str:
    """Where those who take part see it."""
    return reverse("people:contest", args=[contest.pk])
