"""Invariant 34: the stored history of a tier is a function of what happened, of the policy and of the days (LOY-03)."""

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import audit, clock, sweeps, verify
from loyalty.models import Activity, CountedDay, MemberTier, TierChange
from loyalty.operations import activities, purchases, tier_nights
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.parameters import TierParameters
from tests import factories
from tests.loyalty.plain_tiers import DAY, Plain

BEGIN = dt.date(2026, 1, 10)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.sampled_from([9_990, 60_000, 199_999, 200_000, 640_000, 800_000, 2_000_000])),
        st.tuples(st.just("return"), st.integers(0, 20)),
        st.tuples(st.just("wait"), st.sampled_from([1, 2, 29, 31, 120, 365, 400])),
        st.tuples(st.just("log in"), st.integers(1, 25)),
    ),
    min_size=3,
    max_size=14,
)


def stored() -> list[Any]:
    names = ("from_tier", "to_tier", "why", "effective_on", "promised_through", "spend_minor", "visits", "activity")
    return list(TierChange.objects.order_by("sequence").values_list(*names))


def broken() -> list[Any]:
    ours = [one for one in verify.invariants() if one.code in ("35", "36", "37")]
    return [(one.code, found.examples) for one in ours if (found := verify.look(one)).broken]


class Replay(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS, st.booleans())
    def test_the_stored_history_is_what_happened_replayed_whether_nights_came_or_not(self, steps, nights) -> None:
        member = factories.MemberFactory.create()
        plain, today, bought = Plain(TierParameters()), BEGIN, []
        assert member.user is not None
        for number, (verb, value) in enumerate(steps):
            if verb == "wait":
                today += value * DAY
                if nights:
                    self._night(member, today, plain)
                continue
            with clock.stopped(dt.datetime.combine(today, dt.time(12), tzinfo=clock.zone())):
                if verb == "buy":
                    arrival = Arrival("api", f"{member.pk}:{number}", clock.now())
                    bought.append(purchases.record(member, [Line(value)], arrival=arrival))
                    plain.buy(today, value)
                elif verb == "return" and value < len(bought) and not plain.bought[value].returned:
                    arrival = Arrival("api", f"back:{member.pk}:{value}", clock.now())
                    purchases.take_back(bought[value], {1: 1}, arrival=arrival)
                    plain.give_back(value, today)
                elif verb == "log in":
                    for _ in range(value):
                        with clock.stopped(dt.datetime.combine(today, dt.time(13), tzinfo=clock.zone())):
                            audit.record("account.log_in", subject=member.user, actor=member.user)
                        plain.logins.add(today)
                        today += DAY
                        self._night(member, today, plain)
        self._night(member, today, plain)
        assert (stored(), broken()) == (plain.rows, [])

    def _night(self, member, today, plain) -> None:
        """As the beat has it: the days that are over, then what is due."""
        with clock.stopped(dt.datetime.combine(today, dt.time(1, 15), tzinfo=clock.zone())):
            if not CountedDay.objects.filter(pk=today - DAY).exists():
                activities.count([today - DAY])
            tier_nights.review([member.pk], on=today)
            plain.seen = today
            plain.morning(today)


class Undone(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.sampled_from([60_000, 199_999, 200_000, 640_000, 800_000, 2_000_000]), min_size=1, max_size=6),
        st.randoms(use_true_random=False),
    )
    def test_when_everything_has_come_back_in_time_nothing_is_left_of_any_tier(self, amounts, luck) -> None:
        member = factories.MemberFactory.create()
        with clock.stopped(dt.datetime.combine(BEGIN, dt.time(12), tzinfo=clock.zone())):
            bought = [
                purchases.record(member, [Line(minor)], arrival=Arrival("api", f"{member.pk}:{number}", clock.now()))
                for number, minor in enumerate(amounts)
            ]
        luck.shuffle(bought)
        with clock.stopped(dt.datetime.combine(BEGIN + 3 * DAY, dt.time(12), tzinfo=clock.zone())):
            for purchase in bought:
                arrival = Arrival("api", f"back:{purchase.pk}", clock.now())
                purchases.take_back(purchase, {1: 1}, arrival=arrival)
        left = MemberTier.objects.filter(member=member).values_list("tier", "promised_through").first()
        assert (left in {None, ("normal", None)}, broken()) == (True, [])


def test_the_days_of_a_sweep_are_those_that_are_missing(db: None) -> None:
    with clock.stopped(dt.datetime(2026, 11, 23, 2, tzinfo=clock.zone())):
        sweeps.run("tiers.count_activity")
        CountedDay.objects.filter(day=dt.date(2026, 11, 20)).delete()
        sweeps.run("tiers.count_activity")
    assert (CountedDay.objects.count(), Activity.objects.count()) == (364, 0)


def test_what_was_done_the_day_before_is_counted_before_a_tier_that_is_due_is_looked_at(db: None) -> None:
    member = factories.MemberFactory.create()
    assert member.user is not None
    with clock.stopped(dt.datetime.combine(BEGIN, dt.time(12), tzinfo=clock.zone())):
        purchases.record(member, [Line(200_000)], arrival=Arrival("api", "1", clock.now()))
        promised = MemberTier.objects.get().promised_through
    assert promised is not None
    due = promised + (TierParameters().grace_days + 1) * DAY
    with clock.stopped(dt.datetime.combine(due - DAY, dt.time(13), tzinfo=clock.zone())):
        audit.record("account.log_in", subject=member.user, actor=member.user)
    with clock.stopped(dt.datetime.combine(due, dt.time(1, 15), tzinfo=clock.zone())):
        sweeps.run("tiers.evaluate")
    fell = TierChange.objects.get(why="fell-short")
    assert (fell.effective_on, fell.activity) == (due, 1)
