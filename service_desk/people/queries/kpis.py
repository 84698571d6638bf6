"""The figures of people, stores and departments, from the rows of everybody's work (SVC-10 · B11.1, D8.1).

One statement for each source, whatever number of subjects there is. A department's figure is that of the people who
belong to it.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable

from cards.models import Activation, BenefitUse, Channel, Order
from core import clock, periods
from members.models import Member
from service_desk.models import Case, CaseClock, Complaint, Enrolment, QuizAttempt, SpotCheck
from service_desk.models.choices import Kind, Promise
from service_desk.models.complaint_choices import Finding
from service_desk.people.policy import kpis
from service_desk.people.policy.kpis import WHOLE_BPS, Subject
from service_desk.people.queries import sources
from service_desk.quality.models import CaseReview

OF_STORE, OF_DEPARTMENT = "__employment__store", "__employment__post__department"
Sums = dict[int, kpis.Sum]
Figures = dict[str, Sums]
NOTHING = Value(0)
ONE = Value(1)


@dataclass(frozen=True)
class Work:
    """Rows of work: whose they are, where, when, what each adds up to (`total`), of how many (`basis`).

    Without a `store` of its own, work was done at the store at which its person serves.
    """

    rows: Callable[[], QuerySet[Any]]
    person: str
    at: str
    store: str = ""
    total: Combinable = ONE
    basis: Combinable = NOTHING
    is_day: bool = False

    def path(self, kind: Subject) -> str:
        """Where a row says whose it is."""
        if kind is Subject.STORE:
            return self.store or self.person + OF_STORE
        return self.person if kind is Subject.PERSON else self.person + OF_DEPARTMENT


def _sold(kind: str) -> QuerySet[Order]:
    """Sold at a counter, paid, and not given back whole."""
    rows = Order.objects.filter(kind=kind, channel=Channel.STORE, refunded_minor__lt=F("paid_minor"))
    return rows.filter(paid_at__isnull=False)


def _purchases() -> QuerySet[Order]:
    return _sold(Order.Kind.PURCHASE)


def _renewals() -> QuerySet[Order]:
    return _sold(Order.Kind.RENEWAL)


def _first_responses(*, in_time: bool) -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(promise=Promise.FIRST_RESPONSE, breached_at__isnull=in_time)


def _complaints() -> QuerySet[Complaint]:
    """Taken as complaints still, and not found to be without ground."""
    return Complaint.objects.filter(case__kind=Kind.COMPLAINT).exclude(finding=Finding.UNFOUNDED)


def _courses() -> QuerySet[Enrolment]:
    """What was to be done by now, and what is done before it had to be."""
    asked = Q(completed_at__isnull=False) | Q(due_on__lt=clock.today())
    return Enrolment.objects.filter(asked, withdrawn_at=None)


NET = F("paid_minor") - F("refunded_minor")
SERVED = (
    Work(_purchases, "seller", "paid_at", "store", NOTHING, ONE),
    Work(_renewals, "seller", "paid_at", "store", NOTHING, ONE),
    Work(Activation.objects.all, "clerk", "at", "store", NOTHING, ONE),
    Work(lambda: BenefitUse.objects.filter(reversed_at=None), "clerk", "at", "store", NOTHING, ONE),
    Work(lambda: Case.objects.filter(resolved_at__isnull=False), "owner", "resolved_at", "store", NOTHING, ONE),
)
"""Everybody who was served: complaints are measured by them."""

SOURCES: dict[str, tuple[Work, ...]] = {
    "new_members": (Work(Member.objects.all, "source_staff", "joined_at", "source_store"),),
    "sales_count": (Work(_purchases, "seller", "paid_at", "store"),),
    "sales_minor": (
        Work(_purchases, "seller", "paid_at", "store", NET),
        Work(_renewals, "seller", "paid_at", "store", NET),
    ),
    "activations": (Work(Activation.objects.all, "clerk", "at", "store"),),
    "renewals": (Work(_renewals, "seller", "paid_at", "store"),),
    "first_response": (
        Work(
            lambda: _first_responses(in_time=True), "case__owner", "met_at", "case__store", Value(WHOLE_BPS), ONE
        ),
        Work(lambda: _first_responses(in_time=False), "case__owner", "breached_at", "case__store", NOTHING, ONE),
    ),
    "complaints": (Work(_complaints, "against", "began_at", "case__store"), *SERVED),
    "training": (
        Work(
            lambda: _courses().filter(completed_at__isnull=False), "user", "due_on", "", Value(WHOLE_BPS), ONE, True
        ),
        Work(lambda: _courses().filter(completed_at=None), "user", "due_on", "", NOTHING, ONE, True),
    ),
    "knowledge": (
        Work(
            lambda: QuizAttempt.objects.filter(score_bps__isnull=False),
            "enrolment__user", "closed_at", "", F("score_bps"), ONE,
        ),
    ),
    "spot_checks": (
        Work(
            lambda: SpotCheck.objects.filter(void_at=None), "person", "checked_on", "store", F("score_bps"), ONE, True
        ),
    ),
    "reviews": (  # those drawn by lot alone: what was chosen because something was wrong says nothing about the mean
        Work(
            lambda: CaseReview.objects.done().by_chance(), "agent", "handed_in_on", "case__store", F("score") * 100, ONE,
            True,
        ),
    ),
}  # fmt: skip


def sources_of(code: str) -> tuple[Work, ...]:
    """What a figure is made of; satisfaction is what members said, wherever they were asked."""
    if code == "satisfaction":
        return tuple(Work(one.rows, one.person, one.at, one.store, one.share, ONE) for one in sources.registered())
    return SOURCES[code]


def figures(kind: Subject, first: dt.date, last: dt.date, *, only: Iterable[str] | None = None) -> Figures:
    """Figure → whose → sum, for the business days from `first` to `last`; who has done nothing is not there."""
    codes = [one.code for one in kpis.KPIS] if only is None else list(only)
    return {code: _figure(code, kind, first, last) for code in codes}


def _figure(code: str, kind: Subject, first: dt.date, last: dt.date) -> Sums:
    found: Sums = {}
    for work in sources_of(code):
        for whose, total, basis in _grouped(work, kind, first, last):
            found[whose] = found.get(whose, kpis.Sum()) + kpis.Sum(int(total or 0), int(basis or 0))
    return found


def _grouped(work: Work, kind: Subject, first: dt.date, last: dt.date) -> Iterable[tuple[int, Any, Any]]:
    begins: dt.date = first if work.is_day else periods.first_moment(first, clock.zone())
    ends: dt.date = last + dt.timedelta(days=1) if work.is_day else periods.last_moment(last, clock.zone())
    path = work.path(kind)
    rows = work.rows().filter(**{f"{work.at}__gte": begins, f"{work.at}__lt": ends, f"{path}__isnull": False})
    summed = rows.order_by().values(path).annotate(total_=Sum(work.total), basis_=Sum(work.basis))
    return ((row[path], row["total_"], row["basis_"]) for row in summed)
