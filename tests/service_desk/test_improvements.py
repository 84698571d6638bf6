"""From a root cause to a measure that was verified against recurrence (SVC-05 · D6.3), and the analysis it begins with."""

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext

from core import clock, sweeps, verify
from core.models import Department, Message, Store, User
from loyalty.models import Purchase
from members.models import Member
from service_desk.models import Case, CaseCategory, Complaint, ImprovementEvent, ImprovementMeasure, ImprovementReview
from service_desk.operations import improvements
from service_desk.policy import complaint_analysis as rule
from service_desk.policy.improvements import Basis, Verdict
from service_desk.queries import complaint_analysis, exposure
from service_desk.queries import improvements as kept
from tests import factories
from tests.service_desk.desk import cause_of, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories", "sound")]
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def sound(db: None) -> Iterator[None]:
    """At the end of the test measures stand as they should; the cases here are rows without a history."""
    yield
    rules = [one for one in verify.invariants() if one.check.__module__.endswith((".compensation", ".complaints"))]
    assert len(rules) == 5
    assert not [(one.code, verify.look(one).examples) for one in rules if verify.look(one).broken]


def at(day: dt.date) -> AbstractContextManager[None]:
    return clock.stopped(dt.datetime.combine(day, dt.time(10), tzinfo=clock.zone()))


def days(count: int) -> dt.date:
    """So many days from today on, or back."""
    return TODAY + dt.timedelta(days=count)


_numbers = iter(range(1, 100_000))


def complaint(day: dt.date, cause: str = "service-waiting", **more: Any) -> Case:
    """A complaint as the rows stand, without its way there: what figures are counted from."""
    opened = dt.datetime.combine(day, dt.time(11), tzinfo=clock.zone())
    given = {"kind": "complaint", "channel": "web", "subject": "x", "opened_at": opened, "last_entry_at": opened}
    case = Case.objects.create(number=f"C260101-{next(_numbers):06d}", **(given | more))
    coded = {"cause": cause_of(cause), "cause_by": _somebody(), "cause_at": opened} if cause else {}
    Complaint.objects.create(case=case, began_at=opened, **coded)
    return case


def _somebody() -> User:
    return User.objects.filter(display_name="Somebody").first() or factories.UserFactory.create(display_name="Somebody")


def propose(by: User, owner: User, **more: Any) -> ImprovementMeasure:
    department, _ = Department.objects.get_or_create(code="stores", defaults={"name": "Stores"})
    terms = {
        "title": "A second coffee machine", "what": "One more at breakfast", "cause": cause_of("service-waiting"),
        "owner": owner, "department": department, "due_on": clock.today() + dt.timedelta(days=30), "target_bps": 5_000,
        "basis": Basis.MEMBERS,
    }  # fmt: skip
    return improvements.propose(terms | more, by=by)


@pytest.fixture
def members(db: None) -> list[Member]:
    """Ten members since long ago."""
    long_ago = clock.now() - dt.timedelta(days=900)
    made: list[Member] = factories.MemberFactory.create_batch(10, user=None, joined_at=long_ago)
    return made


def done(
    lead: User, chief: User, owner: User, *, started: dt.date, finished: dt.date, **more: Any
) -> ImprovementMeasure:
    """A measure that was in work between two days."""
    with at(started):
        made = propose(lead, owner, **more)
        improvements.agree(made, by=chief)
        improvements.start(made, by=owner)
    with at(finished):
        return improvements.finish(made, note="installed", by=owner)


# A measure's life


def test_a_measure_is_proposed_agreed_worked_on_and_done(lead: User, chief: User, manager: User) -> None:
    with at(TODAY):
        row = propose(lead, manager)
        with refused("four_eyes"):
            improvements.agree(row, by=lead)
        improvements.agree(row, by=chief)
        assert Message.objects.get(event="improvement.assigned").recipient == manager
        improvements.start(row, by=manager)
        with refused("text_missing"):
            improvements.finish(row, note=" ", by=manager)
        row = improvements.finish(row, note="installed", by=manager)
    assert (row.state, row.started_on, row.done_on, row.review_on) == ("done", TODAY, TODAY, days(91))
    assert list(ImprovementEvent.objects.values_list("after", flat=True)) == ["draft", "agreed", "working", "done"]


def test_who_may_not_is_refused(lead: User, chief: User, manager: User, clerk: User) -> None:
    with at(TODAY):
        for wrong in ({"due_on": days(-1)}, {"owner": factories.UserFactory.create()}):
            with refused("deadline_has_passed" if "due_on" in wrong else "colleague_unfit"):
                propose(lead, **({"owner": manager} | wrong))
        with refused("not_permitted"):
            propose(clerk, manager)
        row = propose(lead, manager)
        with refused("not_permitted"):
            improvements.agree(row, by=clerk)
        improvements.agree(row, by=chief)
        with refused("measure_agreed"):
            improvements.revise(row, {"owner": manager, "due_on": days(9)}, by=lead)
        with refused("not_permitted"):
            improvements.start(row, by=clerk)
        with refused("transition_not_listed"):
            improvements.finish(row, note="x", by=manager)


def test_a_draft_is_changed_and_dropped_by_its_author(lead: User, manager: User, clerk: User) -> None:
    with at(TODAY):
        row = propose(lead, manager)
        improvements.revise(row, {"title": "Two machines", "owner": manager, "due_on": days(9)}, by=lead)
        with refused("not_permitted"):
            improvements.drop(row, reason="no", by=clerk)
        row = improvements.drop(row, reason="no money", by=lead)
    assert (row.title, row.state) == ("Two machines", "dropped")


def test_owners_are_reminded_before_and_after_the_deadline_once(lead: User, chief: User, manager: User) -> None:
    with at(TODAY):
        row = propose(lead, manager)
        improvements.agree(row, by=chief)
    told = []
    for day in (days(22), days(23), days(24), days(30), days(31), days(40)):
        with at(day):
            told.append(sweeps.run("improvements.remind").done)
    assert told == [0, 1, 0, 0, 1, 0]
    assert Message.objects.filter(event="improvement.due_soon").count() == 1
    late = Message.objects.filter(event="improvement.overdue")
    assert {one.recipient for one in late} == {manager, chief}
    with at(days(31)):
        assert list(kept.overdue(clock.today())) == [row]
        assert list(kept.of_owner(manager)) == [row]


def test_whoever_agreed_hears_when_the_days_to_compare_are_over(lead: User, chief: User, manager: User) -> None:
    row = done(lead, chief, manager, started=days(-120), finished=days(-100))
    with at(days(-10)):
        assert sweeps.run("improvements.remind").done == 0
    with at(days(-9)):
        assert [sweeps.run("improvements.remind").done for _ in range(2)] == [1, 0]
        assert list(kept.to_verify(clock.today(), but=lead)) == [row]
        assert not kept.to_verify(clock.today(), but=manager).exists()
    assert Message.objects.get(event="improvement.review_due").recipient == chief


# Verified against recurrence


def test_the_figures_are_counted_from_the_cases_of_both_sides(
    lead: User, chief: User, manager: User, members: list[Member], store: Store
) -> None:
    row = done(lead, chief, manager, started=days(-120), finished=days(-100), store=store)
    for back in range(12):
        complaint(days(-121 - back), store=store)
    complaint(days(-110), store=store), complaint(days(-100), store=store)
    complaint(days(-99), store=store)
    complaint(days(-99), cause="service-attitude", store=store)
    complaint(days(-98))
    complaint(days(-97), cause="", store=store)
    complaint(days(-211), store=store)
    found = kept.figures_of(row, today=TODAY)
    assert found is not None
    assert (found.before, found.after, found.uncoded) == (12, 1, 1)
    people = Member.objects.count()
    assert (found.exposure_before, found.exposure_after) == (90 * people, 90 * people)
    assert (found.verdict, found.is_early) == (Verdict.EFFECTIVE, False)


def test_a_branch_of_the_tree_counts_with_all_below(
    lead: User, chief: User, manager: User, members: list[Member]
) -> None:
    top = cause_of("service-waiting").parent
    assert top is not None
    row = done(lead, chief, manager, started=days(-120), finished=days(-100), cause=top)
    (
        complaint(days(-130)),
        complaint(days(-130), cause="service-attitude"),
        complaint(days(-130), cause="product-defect"),
    )
    found = kept.figures_of(row, today=TODAY)
    assert found is not None
    assert found.before == 2


def test_unnamed_causes_that_could_turn_the_verdict_leave_it_open(
    lead: User, chief: User, manager: User, members: list[Member]
) -> None:
    row = done(lead, chief, manager, started=days(-120), finished=days(-100))
    for back in range(12):
        complaint(days(-121 - back))
        complaint(days(-95), cause="")
    found = kept.figures_of(row, today=TODAY)
    assert found is not None
    assert (found.after, found.uncoded, found.verdict) == (0, 12, Verdict.UNDECIDED)


def test_somebody_else_than_the_owner_confirms_what_the_figures_say(
    lead: User, chief: User, manager: User, members: list[Member]
) -> None:
    row = done(lead, chief, lead, started=days(-120), finished=days(-100))
    for back in range(12):
        complaint(days(-121 - back))
    with at(TODAY):
        with refused("measure_of_your_own"):
            improvements.verify(row, confirmed="verified", comment="", by=lead)
        with refused("verdict_needs_words"):
            improvements.verify(row, confirmed="not-effective", comment="", by=chief)
        review = improvements.verify(row, confirmed="verified", comment="", by=chief)
    row.refresh_from_db()
    assert (row.state, review.proposed, review.before_cases, review.after_cases) == ("verified", "effective", 12, 0)
    assert review.fell is not None
    assert review.fell < 0.001
    for act in (lambda: ImprovementReview.objects.update(comment="x"), lambda: review.delete()):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()


def test_what_had_no_effect_is_tried_again_against_the_same_days(
    lead: User, chief: User, manager: User, members: list[Member]
) -> None:
    row = done(lead, chief, manager, started=days(-200), finished=days(-190))
    for back in range(10):
        complaint(days(-201 - back)), complaint(days(-180 + back))
    with at(days(-90)):
        improvements.verify(row, confirmed="not-effective", comment="", by=chief)
    row.refresh_from_db()
    with at(days(-89)):
        improvements.start(row, by=manager)
        row = improvements.finish(row, note="a third one", by=manager)
    found = kept.figures_of(row, today=TODAY)
    assert found is not None
    assert (found.windows.before_until, found.before, found.after) == (days(-200), 10, 0)


def test_nothing_is_said_before_enough_days_have_passed(lead: User, chief: User, manager: User) -> None:
    row = done(lead, chief, manager, started=days(-20), finished=days(-10))
    found = kept.figures_of(row, today=TODAY)
    assert found is not None
    assert (found.is_early, found.verdict) == (True, Verdict.UNDECIDED)
    with at(TODAY), refused("measure_too_early"):
        improvements.verify(row, confirmed="verified", comment="surely", by=chief)
    with at(TODAY):
        draft = propose(lead, manager)
    assert kept.figures_of(draft) is None


def test_sales_are_counted_where_the_measure_says(lead: User, chief: User, manager: User, store: Store) -> None:
    other = factories.StoreFactory.create(code="OT", name="Other")
    for place, day in ((store, days(-130)), (store, days(-95)), (other, days(-95))):
        moment = dt.datetime.combine(day, dt.time(12), tzinfo=clock.zone())
        Purchase.objects.create(
            source="api", external_id=str(next(_numbers)), body_hash="", store=place, currency="CNY", net_minor=1,
            occurred_at=moment, occurred_on=day,
        )  # fmt: skip
    row = done(lead, chief, manager, started=days(-120), finished=days(-100), store=store, basis=Basis.SALES)
    found = kept.figures_of(row, today=TODAY)
    assert found is not None
    assert (found.exposure_before, found.exposure_after) == (1, 1)
    assert exposure.sales(days(-100), days(-90)) == 2


def test_member_days_count_who_came_and_who_left(db: None) -> None:
    noon = dt.datetime(2026, 11, 1, 12, tzinfo=clock.zone())
    factories.MemberFactory.create(user=None, joined_at=noon - dt.timedelta(days=30))
    factories.MemberFactory.create(user=None, joined_at=noon + dt.timedelta(days=4))
    factories.MemberFactory.create(
        user=None, joined_at=noon - dt.timedelta(days=9), closed_at=noon + dt.timedelta(days=2), state="closed"
    )
    first, until = dt.date(2026, 11, 1), dt.date(2026, 11, 11)
    assert exposure.member_days(first, until) == 10 + 6 + 3
    by_day = sum(exposure.members_on(first + dt.timedelta(days=day)) for day in range(10))
    assert abs(exposure.member_days(first, until) - by_day) <= 2, "a day counts whole, at its beginning or its end"
    assert exposure.member_days(until, first) == 0


# The analysis


def picture(
    code: str = "2026-11", *, colleagues: bool = True, basis: Basis = Basis.MEMBERS
) -> complaint_analysis.Picture:
    period = rule.period(code, today=TODAY)
    return complaint_analysis.picture(period, basis=basis, colleagues=colleagues, today=TODAY)


def test_a_month_is_counted_beside_as_many_days_of_the_one_before(store: Store, ling: User) -> None:
    category = CaseCategory.objects.get(code="service-quality")
    for back in range(6):
        complaint(days(-back), category=category, store=store, owner=ling)
    complaint(days(-3), cause="product-defect")
    complaint(days(-3), cause="")
    complaint(dt.date(2026, 10, 5), category=category, owner=ling)
    complaint(dt.date(2026, 10, 30))
    complaint(days(-2), state="merged", merged_into=complaint(days(-2), cause="product-defect"))
    complaint(days(-1), kind="enquiry")
    seen = picture()
    assert (seen.total, seen.total_before) == (9, 1)
    assert seen.spans.is_running
    by = {name: [(line.name, line.share.count, line.before) for line in lines] for name, lines in seen.tables.items()}
    assert by["cause"][0] == ("Service › Waiting time", 6, 1)
    assert ("", 1, 0) in by["cause"], "whose cause is not named yet"
    assert by["store"] == [("Nanjing Road", 6, 0), ("", 3, 1)]
    assert by["agent"] == [("Ling", 6, 1), ("", 3, 0)]
    assert seen.trend[-1][1] == 9
    assert sum(count for _period, count in seen.trend) == 11


def test_a_change_that_chance_would_hardly_bring_is_marked(members: list[Member]) -> None:
    for _ in range(12):
        complaint(dt.date(2026, 9, 10))
    for _ in range(2):
        complaint(dt.date(2026, 9, 10), cause="product-defect"), complaint(dt.date(2026, 8, 10), cause="product-defect")
    complaint(dt.date(2026, 8, 10))
    seen = {line.name: line.signal for line in picture("2026-09").tables["cause"]}
    assert seen == {"Service › Waiting time": "up", "Product › Defect": ""}


def test_colleagues_are_compared_for_leads_alone(ling: User) -> None:
    complaint(TODAY, owner=ling)
    assert "agent" not in picture(colleagues=False).tables


def test_every_number_leads_to_its_cases(store: Store) -> None:
    inside = [complaint(days(-1), store=store), complaint(days(-1), store=store, cause="product-defect")]
    complaint(days(-60), store=store)
    spans = picture().spans
    assert list(complaint_analysis.drill("store", store.pk, spans)) == inside[::-1]
    assert list(complaint_analysis.drill("cause", cause_of("product-defect").pk, spans)) == inside[1:]
    top = cause_of("product-defect").parent
    assert top is not None
    assert list(complaint_analysis.drill("cause", top.pk, spans)) == inside[1:]
    assert list(complaint_analysis.drill("store", None, spans)) == []


def test_the_number_of_queries_does_not_depend_on_what_there_is(store: Store, ling: User) -> None:
    counts = []
    for _ in range(2):
        for back in range(5):
            complaint(days(-back), store=store, owner=ling)
        with CaptureQueriesContext(connection) as asked:
            picture()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 24


def test_an_empty_quarter_is_no_fault(db: None) -> None:
    seen = picture("2026-Q1", basis=Basis.SALES)
    assert (seen.total, seen.per_thousand, seen.tables["cause"]) == (0, None, [])
