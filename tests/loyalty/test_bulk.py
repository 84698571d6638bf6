"""Many purchases at once have the very outcome they would have one by one: points, entries, lots, tiers, counters, letters."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import clock, verify
from core.models import Message
from core.refusals import Refusal
from loyalty.models import (
    EarnBudget,
    EarnCounter,
    EarnRule,
    EarnRuleVersion,
    MemberTier,
    PointAccount,
    PointEntry,
    PointLot,
    PointTransaction,
    Purchase,
    PurchaseLine,
    TierChange,
)
from loyalty.operations import bulk, points, purchases, reversals
from loyalty.operations.bulk import Delivery, Recorded
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member
from tests import factories
from tests.loyalty.conftest import cause

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=clock.zone())


def delivery(member: Member | None, *amounts: int, key: str, at: dt.datetime | None = None, **more: Any) -> Delivery:
    lines = [Line(minor, category=more.get("category", ""), quantity=more.get("quantity", 1)) for minor in amounts]
    arrival = Arrival("import", key, at or clock.now(), store=more.get("store"), receipt_number=key)
    return Delivery(member.pk if member else None, lines, arrival, "CNY")


def one_by_one(deliveries: list[Delivery]) -> list[Any]:
    found: list[Any] = []
    members = Member.objects.in_bulk([one.member for one in deliveries if one.member])
    for one in deliveries:
        member = members[one.member] if one.member else None
        try:
            found.append(purchases.record(member, one.lines, arrival=one.arrival, currency=one.currency))
        except Refusal as refusal:
            found.append(refusal)
    return found


def left_behind() -> dict[str, list[Any]]:
    """Everything that purchases leave in the database, without the keys that only number it."""
    lines = "position", "sku", "category", "quantity", "net_minor", "purchase__external_id"
    return {
        "purchases": sorted(
            Purchase.objects.values_list(
                "source", "external_id", "member", "body_hash", "net_minor", "tier", "occurred_at", "occurred_on",
                "earned__points", "receipt_number", "store", "currency",
            ),
            key=str,
        ),
        "lines": sorted(PurchaseLine.objects.values_list(*lines), key=str),
        "transactions": sorted(
            (*row[:-1], str(row[-1]))
            for row in PointTransaction.objects.filter(source="purchase").values_list(
                "purchase__external_id", "member", "kind", "points", "occurred_at", "why"
            )
        ),
        "entries": sorted(
            PointEntry.objects.filter(transaction__source="purchase").values_list(
                "transaction__purchase__external_id", "member", "from_book", "to_book", "points", "lot__points"
            )
        ),
        "lots": sorted(
            PointLot.objects.values_list(
                "member", "points", "remaining", "earned_on", "matures_on", "last_valid_on", "is_pending", "is_open"
            ),
            key=str,
        ),
        "accounts": sorted(_accounts()),
        "tiers": sorted(
            MemberTier.objects.values_list("pk", "tier", "since_on", "promised_through", "decided_on", "review_on"), key=str
        ),
        "changes": sorted(
            TierChange.objects.values_list(
                "member", "sequence", "from_tier", "to_tier", "why", "spend_minor", "visits", "effective_on"
            )
        ),
        "letters": sorted(Message.objects.values_list("member_id", "event", "channel", "dedup_key", "due_at")),
        "programmes": sorted(EarnBudget.objects.filter(points__gt=0).values_list("rule", "period", "points")),
        "counters": sorted(EarnCounter.objects.values_list("member", "rule", "period", "points")),
    }  # fmt: skip


def _accounts() -> Iterator[tuple[int, ...]]:
    """An account that was opened for a purchase which was then refused says nothing."""
    for row in PointAccount.objects.values_list("pk", "available", "pending", "held", "owed"):
        if any(row[1:]):
            yield row


def agreed(code: str, definition: dict[str, Any], *, since: dt.datetime) -> None:
    """A rule in force, without the two people it takes."""
    from core.models import Approval

    author, approver = factories.StaffFactory.create(), factories.StaffFactory.create()
    rule = EarnRule.objects.create(code=code, name=code)
    approval = Approval.objects.create(kind="earn-rule", subject=f"{code}", title=code, author=author)
    EarnRuleVersion.objects.create(
        rule=rule, number=1, definition=definition, effective_at=since, approval=approval, author=author,
        approver=approver,
    )  # fmt: skip


def rules_in_force() -> None:
    long_ago = NOON - dt.timedelta(days=900)
    agreed("wine", {"kind": "purchase", "effect": "multiply", "bps": 20_000, "which_categories": ["wine"],
                    "cap_points": 300, "cap_per": "month"}, since=NOON - dt.timedelta(days=20))  # fmt: skip
    agreed("hello", {"kind": "purchase", "effect": "bonus", "points": 50, "when_first_only": True}, since=long_ago)
    agreed("cake", {"kind": "purchase", "effect": "bonus", "points": 88, "when_birthday_days": 3}, since=long_ago)
    agreed("feast", {"kind": "purchase", "effect": "multiply", "bps": 30_000, "when_on_holidays": True, "group": "days",
                     "programme_cap_points": 900, "programme_cap_per": "month"}, since=long_ago)  # fmt: skip
    agreed("crowd", {"kind": "purchase", "effect": "bonus", "points": 40, "group": "days", "cap_points": 70,
                     "cap_per": "year", "programme_cap_points": 150, "programme_cap_per": "year"}, since=long_ago)  # fmt: skip


AMOUNTS = st.one_of(st.integers(0, 3_000), st.integers(100_000, 2_500_000))
BASKET = st.lists(st.tuples(AMOUNTS, st.sampled_from(["", "wine", "food"])), min_size=1, max_size=3)
DAYS = st.sampled_from([0, 0, 0, 1, 3, 10, 30, 50, 52, 53, 200, 364, 366, 800])
WHO = st.one_of(st.integers(0, 3), st.just(0))
ARRIVALS = st.lists(st.tuples(WHO, BASKET, DAYS, st.integers(0, 14)), min_size=1, max_size=12)


class SameOutcome(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(ARRIVALS, st.integers(0, 4_000), st.booleans())
    def test_in_bulk_and_one_by_one_leave_the_same_behind(self, arrivals, owed, ruled):
        """Also where nothing holds but the base rate, the tier's and the birthday's, which is the way of most files."""
        with clock.stopped(NOON):
            if ruled:
                rules_in_force()
            store = factories.StoreFactory.create()
            cast: list[Member | None] = [
                factories.MemberFactory.create(user=None, birth_on="1990-11-24", birth_month_day="11-24"),
                factories.MemberFactory.create(user=None), factories.MemberFactory.create(user=None), None,
            ]  # fmt: skip
            self._in_debt(cast[1], owed)
            deliveries = [
                Delivery(
                    getattr(cast[who], "pk", None),
                    [Line(minor, category=kind) for minor, kind in basket],
                    Arrival("import", f"R-{place}", NOON - dt.timedelta(days=days), store=store if place % 2 else None),
                    "CNY",
                )
                for who, basket, days, place in arrivals
            ]
            found = []
            for way in (one_by_one, lambda all_of: bulk.record(all_of, subject=store)):
                from django.db import transaction

                with transaction.atomic():
                    answers = way(deliveries)
                    assert not [one for one in map(verify.look, _ours()) if one.broken]
                    found.append((left_behind(), [_said(one) for one in answers]))
                    transaction.set_rollback(True)
        assert found[0] == found[1]

    def _in_debt(self, member: Member | None, owed: int) -> None:
        """She spent what a return then took back, so that whatever comes in pays first."""
        assert member is not None
        if owed < 2:
            return
        earned = points.accrue(member, owed, cause=cause(), waits=False)
        points.spend(member, owed // 2, cause=cause())
        reversals.take_back(earned, owed, cause=cause())


def test_a_programme_that_runs_out_goes_to_whoever_came_first(wanqing, stranger, store):
    agreed(
        "crowd",
        {"kind": "purchase", "effect": "bonus", "points": 60, "programme_cap_points": 100, "programme_cap_per": "day"},
        since=clock.now() - dt.timedelta(days=1),
    )
    bulk.record(
        [delivery(wanqing, 10, key="a"), delivery(wanqing, 10, key="b"), delivery(stranger, 10, key="c")], subject=store
    )
    earned = Purchase.objects.order_by("external_id").values_list("external_id", "earned__points")
    assert list(earned) == [("a", 60), ("b", 40), ("c", None)]
    assert EarnBudget.objects.get().points == 100


def _ours():
    return [one for one in verify.invariants() if one.check.__module__.startswith("loyalty.")]


def _said(answer: Any) -> Any:
    if isinstance(answer, Recorded):
        answer = Purchase.objects.get(pk=answer.purchase)
    return answer.external_id if isinstance(answer, Purchase) else answer.code


def test_one_that_is_refused_stops_no_other_and_a_repeat_gives_the_purchase_of_before(wanqing, stranger, store):
    first = bulk.record([delivery(wanqing, 10_000, key="a")], subject=store)[0]
    assert isinstance(first, Recorded)
    answers = bulk.record(
        [
            delivery(wanqing, 10_000, key="a"),
            delivery(wanqing, 10_001, key="a"),
            delivery(wanqing, -5, key="b"),
            delivery(stranger, 500, key="c"),
            delivery(stranger, 500, key="c"),
            delivery(wanqing, 700, key="d", at=clock.now() + dt.timedelta(hours=1)),
        ],
        subject=store,
    )
    said = [one.repeated if isinstance(one, Recorded) else one.code for one in answers]
    assert said == [True, "key_reused", "purchase_line_unfit", False, True, "purchase_in_the_future"]
    assert answers[0].purchase == first.purchase  # type: ignore[union-attr]
    assert Purchase.objects.count() == 2


def test_three_hundred_members_cost_as_many_statements_as_thirty(store):
    asked = []
    for count in (30, 300):
        members = factories.MemberFactory.create_batch(count, user=None)
        with CaptureQueriesContext(connection) as seen:
            bulk.record([delivery(one, 1_000, key=f"{count}-{one.pk}") for one in members], subject=store)
        asked.append(len([one for one in seen if one["sql"].startswith("SELECT")]))
    assert asked[1] <= asked[0] < 20  # SQLite takes what is written in parts: those are not counted
