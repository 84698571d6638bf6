"""Policy parameters: shipped defaults, overlaid by dated and approved revisions."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, transaction

from core import approvals, audit, clock, parameter_revisions, parameters, refusals
from core.models import Approval, ParameterRevision
from core.parameter_values import ParameterRefused, parameter
from core.refusals import Refusal

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
TOMORROW = TODAY + dt.timedelta(days=1)
NEXT_WEEK = TODAY + dt.timedelta(days=7)
YESTERDAY = TODAY - dt.timedelta(days=1)


@dataclass(frozen=True)
class Offer:
    years: int = parameter(2, unit="years", clause="T-1", minimum=2, maximum=10)
    discount_bps: int = parameter(0, unit="basis points", clause="T-1", maximum=10_000)


@dataclass(frozen=True)
class TeaParameters:
    """How tea is served."""

    AREA: ClassVar[str] = "test_tea"

    minutes: int = parameter(3, unit="minutes", clause="T-1", minimum=1, maximum=10)
    days: tuple[int, ...] = parameter((7, 1), unit="days", clause="T-1", maximum=366)
    sweet: bool = parameter(False, unit="yes/no", clause="T-1")
    leaf: str = parameter("oolong", unit="text", clause="T-1")
    offers: tuple[Offer, ...] = parameter((Offer(2, 1_200),), unit="offers", clause="T-1")


LABELS = {
    "minutes": "Minutes",
    "days": "Days",
    "sweet": "Sweet",
    "leaf": "Leaf",
    "offers": "Offers",
    "offers.years": "Years",
    "offers.discount_bps": "Discount",
}


@pytest.fixture(autouse=True)
def area(monkeypatch):
    monkeypatch.setattr(parameters, "_areas", {})
    parameters.register(TeaParameters, department="operations", labels=LABELS, title="Tea")
    cache.clear()
    with clock.stopped(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)):
        yield
    cache.clear()


@pytest.fixture
def revise(planner, director, django_capture_on_commit_callbacks):
    def revise(on=TODAY, **values):
        asked = parameter_revisions.propose("test_tea", values=values, effective_on=on, reason="better", author=planner)
        with django_capture_on_commit_callbacks(execute=True):
            approvals.approve(asked, by=director)
        return ParameterRevision.objects.latest("id")

    return revise


def tea(on=TODAY):
    return parameters.in_force(TeaParameters, on=on)


def test_without_a_revision_the_defaults_are_in_force():
    assert tea() == TeaParameters()


def test_a_revision_is_in_force_from_its_day_on(revise):
    revise(on=TOMORROW, minutes=5)
    assert (tea(TODAY).minutes, tea(TOMORROW).minutes, tea(NEXT_WEEK).minutes) == (3, 5, 5)


def test_a_revision_changes_only_what_it_names(revise):
    revise(on=NEXT_WEEK, minutes=5)
    revise(on=TOMORROW, sweet=True)
    assert (tea(NEXT_WEEK).minutes, tea(NEXT_WEEK).sweet) == (5, True)
    assert (tea(TOMORROW).minutes, tea(TOMORROW).sweet) == (3, True)


def test_of_two_revisions_of_a_day_the_later_one_holds(revise):
    revise(minutes=5)
    revise(minutes=6)
    assert tea().minutes == 6


def test_lists_and_nested_values_are_kept(revise):
    revise(days=[30, 14], offers=[{"years": 2, "discount_bps": 900}, {"years": 3}])
    assert tea().days == (30, 14)
    assert tea().offers == (Offer(2, 900), Offer(3, 0))


def test_what_is_asked_is_frozen_in_the_request(planner):
    asked = parameter_revisions.propose(
        "test_tea", values={"minutes": 5, "sweet": False}, effective_on=TOMORROW, reason="better", author=planner
    )
    assert (asked.before, asked.after) == ({"minutes": 3}, {"minutes": 5})
    assert asked.effect == {"area": "test_tea", "effective_on": "2026-11-23"}
    assert tea(TOMORROW).minutes == 3


def test_author_approver_and_reason_are_kept(revise, planner, director):
    revision = revise(minutes=5)
    assert (revision.author, revision.approver, revision.reason) == (planner, director, "better")
    assert [row.values for row in parameters.history("test_tea")] == [{"minutes": 5}]
    assert list(audit.verify()) == []


@pytest.mark.parametrize(
    "values",
    [
        {"minutes": 0},
        {"minutes": 11},
        {"minutes": True},
        {"minutes": 3.0},
        {"minutes": "5"},
        {"days": [1, "2"]},
        {"days": 7},
        {"days": [400]},
        {"sweet": 1},
        {"offers": [{"years": 1}]},
        {"offers": [{"weeks": 2}]},
        {"sugar": 1},
        {"leaf": None},
    ],
)
def test_values_of_the_wrong_kind_or_out_of_bounds_are_refused(values, planner):
    with pytest.raises(ParameterRefused) as refused:
        parameter_revisions.propose("test_tea", values=values, effective_on=TODAY, reason="r", author=planner)
    assert refusals.said(refused.value)
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"effective_on": YESTERDAY}, "parameter_backdated"),
        ({"values": {"minutes": 3}}, "nothing_changes"),
        ({"values": {}}, "nothing_changes"),
        ({"reason": "  "}, "reason_needed"),
        ({"area": "nothing"}, "parameter_unknown"),
    ],
)
def test_a_proposal_is_refused(asked, code, planner):
    told = {
        "area": "test_tea",
        "values": {"minutes": 5},
        "effective_on": TODAY,
        "reason": "r",
        "author": planner,
    } | asked
    with pytest.raises(Refusal) as refused:
        parameter_revisions.propose(told.pop("area"), **told)
    assert refused.value.code == code


@pytest.mark.parametrize("who", ["clerk", "director", "auditor"])
def test_whoever_lacks_the_right_proposes_nothing(who, request):
    author = request.getfixturevalue(who)
    with pytest.raises(Refusal) as refused:
        parameter_revisions.propose("test_tea", values={"minutes": 5}, effective_on=TODAY, reason="r", author=author)
    assert refused.value.status == 403


def test_a_planner_cannot_decide_another_planners_proposal(planner):
    from tests import factories

    asked = parameter_revisions.propose(
        "test_tea", values={"minutes": 5}, effective_on=TODAY, reason="r", author=planner
    )
    colleague = factories.StaffFactory.create(roles={"operations_planner": None})
    with pytest.raises(Refusal) as refused:
        approvals.approve(asked, by=colleague)
    assert refused.value.code == "not_permitted"


def test_approved_later_than_planned_it_takes_effect_on_the_day_of_the_decision(
    planner, director, django_capture_on_commit_callbacks
):
    asked = parameter_revisions.propose(
        "test_tea", values={"minutes": 5}, effective_on=TOMORROW, reason="r", author=planner
    )
    with clock.stopped(dt.datetime(2026, 12, 1, 4, tzinfo=dt.UTC)), django_capture_on_commit_callbacks(execute=True):
        approvals.approve(asked, by=director)
    assert tea(TOMORROW).minutes == 3
    assert tea(dt.date(2026, 12, 1)).minutes == 5


def test_a_proposal_overtaken_by_another_revision_is_stale(planner, director, administrator):
    asked = parameter_revisions.propose(
        "test_tea", values={"minutes": 5}, effective_on=TODAY, reason="r", author=planner
    )
    approval = Approval.objects.create(
        kind="parameter", subject="x", title="x", author=planner, state="approved", decided_by=director,
        decided_at=clock.now(),
    )  # fmt: skip
    ParameterRevision.objects.create(
        area="test_tea", values={"minutes": 4}, effective_on=TODAY, reason="r", approval=approval,
        author=planner, approver=director,
    )  # fmt: skip
    parameters.refresh()
    with pytest.raises(Refusal) as refused:
        approvals.approve(asked, by=director)
    assert refused.value.code == "stale"


def test_the_next_scheduled_change_is_known(revise):
    revise(on=NEXT_WEEK, minutes=5)
    assert parameters.next_change(TeaParameters, "minutes", after=TODAY) == (NEXT_WEEK, 5)
    assert parameters.next_change(TeaParameters, "sweet", after=TODAY) is None


def test_the_days_on_which_an_area_changes_are_known_each_once(revise):
    assert parameters.days_of_change(TeaParameters) == []
    revise(on=NEXT_WEEK, minutes=5)
    revise(on=NEXT_WEEK, minutes=6)
    revise(on=TOMORROW, sweet=True)
    assert parameters.days_of_change(TeaParameters) == [TOMORROW, NEXT_WEEK]


def test_a_value_in_force_costs_one_read_of_the_cache_and_no_query(revise, django_assert_num_queries):
    revise(minutes=5)
    with django_assert_num_queries(0):
        assert tea().minutes == 5


def test_a_snapshot_reads_once_for_a_thousand_questions(monkeypatch):
    reads = []
    original = parameters._revisions

    def counted():
        reads.append(1)
        return original()

    monkeypatch.setattr(parameters, "_revisions", counted)
    snapshot = parameters.Snapshot(on=TODAY)
    assert {snapshot.of(TeaParameters).minutes for _ in range(1000)} == {3}
    assert len(reads) == 1


def test_a_reader_who_was_slow_does_not_put_old_values_over_new_ones(revise):
    old = parameters._from_database()
    revise(minutes=5)
    cache.add(parameters.CACHE_KEY, old, 60)
    assert tea().minutes == 5


def test_with_the_cache_away_the_database_answers(revise, monkeypatch):
    revise(minutes=5)

    def away(*args, **more):
        raise ConnectionError("redis is away")

    for call in ("get", "add", "set"):
        monkeypatch.setattr(cache, call, away)
    assert tea().minutes == 5
    parameters.refresh()


def test_a_field_that_a_later_release_dropped_does_not_break_reading(revise, director, planner):
    revision = revise(minutes=5)
    approval = Approval.objects.create(
        kind="parameter", subject="x", title="x", author=planner, state="approved", decided_by=director,
        decided_at=clock.now(),
    )  # fmt: skip
    ParameterRevision.objects.create(
        area="test_tea", values={"sugar": 2}, effective_on=TODAY, reason="r", approval=approval,
        author=revision.author, approver=revision.approver,
    )  # fmt: skip
    parameters.refresh()
    assert tea().minutes == 5


def test_a_revision_is_never_changed_or_removed(revise):
    revise(minutes=5)
    for attempt in (
        lambda: ParameterRevision.objects.update(reason="other"),
        lambda: ParameterRevision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()


def test_a_revision_approved_by_its_author_is_refused_by_the_database(planner):
    approval = Approval.objects.create(kind="parameter", subject="x", title="x", author=planner)
    with pytest.raises(IntegrityError, match="parameter_needs_four_eyes"), transaction.atomic():
        ParameterRevision.objects.create(
            area="test_tea", values={}, effective_on=TODAY, reason="r", approval=approval,
            author=planner, approver=planner,
        )  # fmt: skip


@pytest.mark.parametrize("change", [{"minutes": None}, {"sugar": "Sugar"}])
def test_every_field_needs_a_label(change, monkeypatch):
    monkeypatch.setattr(parameters, "_areas", {})
    labels = {name: label for name, label in (LABELS | change).items() if label}
    with pytest.raises(ValueError, match="missing or unknown"):
        parameters.register(TeaParameters, department="operations", labels=labels)
