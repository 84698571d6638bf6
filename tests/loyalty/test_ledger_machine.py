"""Whatever is done to a member's points in whatever order, the ledger says what plain lists say."""

import datetime as dt
import itertools
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from core import clock
from core.rules import RuleBroken
from loyalty.operations import nightly, points, reservations, reversals
from loyalty.operations.ledger import Cause
from tests import factories
from tests.loyalty.conftest import balances, broken
from tests.loyalty.plain_ledger import PlainPoints

AMOUNTS = st.integers(1, 60)
BEGIN = dt.date(2026, 11, 23)
numbers = itertools.count(1)
IN_CI = os.environ.get("CI") == "true"  # where every run takes the same steps; at a desk each takes others


class Ledger(RuleBasedStateMachine):
    earned = Bundle("earned")
    spent = Bundle("spent")
    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.member = factories.MemberFactory.create(user=None)
        self.plain = PlainPoints(BEGIN)
        self.far = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)

    def at_noon(self):
        return clock.stopped(dt.datetime.combine(self.plain.today, dt.time(12), tzinfo=clock.zone()))

    def cause(self) -> Cause:
        return Cause("machine", str(next(numbers)))

    @rule(target=earned, amount=AMOUNTS, waits=st.booleans(), ago=st.sampled_from([0, 3, 40, 700]))
    def earn(self, amount, waits, ago):
        on = self.plain.today - dt.timedelta(days=ago)
        with self.at_noon():
            row = points.accrue(self.member, amount, cause=self.cause(), earned_on=on, waits=waits)
        return row, self.plain.earn(amount, on=on, waits=waits), [amount]

    @rule(target=spent, amount=AMOUNTS)
    def spend(self, amount):
        takes = self.plain.take(amount)
        with self.at_noon():
            try:
                row = points.spend(self.member, amount, cause=self.cause())
            except RuleBroken:
                assert takes is None
                return None, []
        assert takes is not None
        return row, takes

    @rule(target=held, amount=AMOUNTS)
    def reserve(self, amount):
        takes = self.plain.take(amount)
        with self.at_noon():
            try:
                row = reservations.reserve(self.member, amount, subject="x", cause=self.cause(), until=self.far)
            except RuleBroken:
                assert takes is None
                return None, []
        assert takes is not None
        self.plain.held += amount
        return row, takes

    @rule(hold=consumes(held), captured=st.booleans())
    def end(self, hold, captured):
        row, takes = hold
        if row is None:
            return
        with self.at_noon():
            (reservations.capture if captured else reservations.release)(row, cause=self.cause())
        self.plain.held -= sum(count for _, count in takes)
        if not captured:
            self.plain.put_back(takes)

    @rule(one=consumes(spent))
    def give_back(self, one):
        row, takes = one
        if row is None:
            return
        with self.at_noon():
            reversals.give_back(row, cause=self.cause())
        self.plain.put_back(takes)

    @rule(one=earned, amount=AMOUNTS)
    def take_back(self, one, amount):
        row, lot, left = one
        part = min(amount, left[0])
        if part == 0:
            return
        with self.at_noon():
            reversals.take_back(row, part, cause=self.cause())
        left[0] -= part
        self.plain.take_back(lot, part)

    @rule(days=st.sampled_from([1, 7, 40, 400]), twice=st.booleans())
    def nights_pass(self, days, twice):
        self.plain.today += dt.timedelta(days=days)
        self.plain.night()
        for _ in range(1 + twice):
            with self.at_noon():
                nightly.mature([self.member.pk], on=self.plain.today)
                nightly.lapse([self.member.pk], on=self.plain.today)

    @invariant()
    def both_say_the_same(self):
        plain = self.plain
        if plain.lots:
            assert balances(self.member) == (plain.available, plain.pending, plain.held, plain.owed)

    def teardown(self):
        assert broken() == []


def run(examples: int, steps: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=IN_CI,
            suppress_health_check=checks,
        ),
    )


@pytest.mark.django_db
def test_the_ledger_says_what_plain_lists_say():
    run(examples=12, steps=25)


@pytest.mark.walk
@pytest.mark.django_db
def test_the_ledger_says_what_plain_lists_say_for_ten_thousand_steps():
    run(examples=210, steps=50)
