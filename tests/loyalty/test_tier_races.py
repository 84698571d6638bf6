"""Tiers under concurrency, on a server database, each with its negative control (invariants.md part 2)."""

import contextlib
import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError

from core import clock, sweeps, verify
from core.refusals import Refusal
from loyalty.models import MemberTier, PointAccount, Purchase, TierChange
from loyalty.operations import ledger, purchases, standings, tier_nights
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.queries import figures
from members.models import Member
from tests import factories
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LATER = dt.datetime(2028, 6, 1, 1, 15, tzinfo=dt.UTC)


def broken() -> list[Any]:
    ours = [one for one in verify.invariants() if one.code in ("34", "35", "36", "37")]
    return [(one.code, found.examples) for one in ours if (found := verify.look(one)).broken]


def buy(member: Member, minor: int, key: str) -> Any:
    return purchases.record(member, [Line(minor)], arrival=Arrival("api", key, clock.now()))


def on_gold(count: int) -> list[int]:
    with clock.stopped(LATER - dt.timedelta(days=500)):
        return [_gold(number).pk for number in range(count)]


def _gold(number: int) -> Member:
    member: Member = factories.MemberFactory.create()
    buy(member, 800_000, f"gold:{number}:{member.pk}")
    return member


def test_purchases_at_once_that_cross_a_threshold_together_give_one_upgrade() -> None:
    member: Member = factories.MemberFactory.create()
    answers = at_once(lambda number: buy(member, 100_000, f"k{number}"), range(12))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    changes = TierChange.objects.filter(member=member).order_by("sequence")
    assert [(row.to_tier, row.spend_minor) for row in changes] == [("silver", 200_000), ("gold", 800_000)]
    assert broken() == []


def test_without_the_lock_one_upgrade_is_decided_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of a change is unique, so that the second decision breaks on it instead of standing beside the first."""
    member = _unjudged()

    def unheld(of: Member) -> PointAccount | None:
        return PointAccount.objects.filter(pk=of.pk).first()

    monkeypatch.setattr(ledger, "account_of", unheld)
    answers = at_once(lambda _: standings.judge(member), range(24), threads=12)
    assert [one for one in answers if isinstance(one, IntegrityError)], answers


def test_with_the_lock_many_who_judge_at_once_decide_once() -> None:
    member = _unjudged()
    answers = at_once(lambda _: standings.judge(member), range(24), threads=12)
    assert sum(one is not None for one in answers) == 1, answers
    assert (TierChange.objects.filter(member=member).count(), broken()) == (1, [])


def _unjudged() -> Member:
    """A member whose purchase came by a way that judges later."""
    member: Member = factories.MemberFactory.create()
    Purchase.objects.create(
        member=member, source="import", external_id=f"x{member.pk}", currency="CNY", net_minor=800_000,
        occurred_at=clock.now(), occurred_on=clock.today(),
    )  # fmt: skip
    return member


def test_two_nights_at_once_decide_each_member_once() -> None:
    keys = on_gold(30)
    with clock.stopped(LATER):
        answers = at_once(lambda turn: _review(keys if turn % 2 else keys[::-1]), range(8))
    assert sum(answers) == 30, answers
    assert (TierChange.objects.filter(why="fell-short").count(), broken()) == (30, [])


def _review(keys: list[int]) -> int:
    with clock.stopped(LATER):
        return len(tier_nights.review(keys, on=clock.today()))


def test_two_nights_at_once_without_the_lock_break_on_the_number_of_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, real, both = on_gold(3), figures.numbers, threading.Barrier(2)
    with clock.stopped(LATER - dt.timedelta(days=160)):
        for member in Member.objects.filter(pk__in=keys):
            buy(member, 700_000, f"keeps:{member.pk}")

    def together(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=5)
        return found

    monkeypatch.setattr(ledger, "accounts_of", lambda _members: {})
    monkeypatch.setattr(figures, "numbers", together)
    answers = at_once(lambda _: _review(keys), range(2), threads=2)
    assert [one for one in answers if isinstance(one, IntegrityError)], answers


def test_a_purchase_beside_the_night_leaves_one_history_without_a_gap() -> None:
    keys = on_gold(8)
    members = {member.pk: member for member in Member.objects.filter(pk__in=keys)}

    def either(turn: int) -> Any:
        with clock.stopped(LATER):
            if turn % 3 == 0:
                return len(tier_nights.review(keys, on=clock.today()))
            return buy(members[keys[turn % len(keys)]], 900_000, f"beside:{turn}")

    answers = at_once(either, range(24))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    with clock.stopped(LATER):
        assert broken() == []
    assert set(MemberTier.objects.values_list("tier", flat=True)) <= {"gold", "platinum", "silver"}


def test_a_night_that_is_killed_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    on_gold(10)
    monkeypatch.setattr(type(sweeps.get("tiers.evaluate")), "batch", 4)
    real, calls = standings.write, []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:  # of the second batch: the promise ends, then its grace
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    with clock.stopped(LATER):
        monkeypatch.setattr(standings, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            sweeps.run("tiers.evaluate")
        assert TierChange.objects.filter(why="fell-short").count() == 4, sweeps.get("tiers.evaluate").batch
        monkeypatch.setattr(standings, "write", real)
        run = sweeps.run("tiers.evaluate")
        assert (run.done, TierChange.objects.filter(why="fell-short").count(), broken()) == (10, 10, [])


def test_the_same_night_started_twice_is_refused_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    on_gold(3)
    real = standings.write
    refused: list[Any] = []

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        refused.extend(at_once(lambda _: _run(), range(2)))
        return real(*args, **kwargs)

    with clock.stopped(LATER):
        monkeypatch.setattr(standings, "write", meanwhile)
        sweeps.run("tiers.evaluate")
    assert {type(one) for one in refused} == {Refusal}
    assert {one.code for one in refused} == {"already_running"}
    assert TierChange.objects.filter(why="fell-short").count() == 3


def _run() -> Any:
    with clock.stopped(LATER):
        return sweeps.run("tiers.evaluate")
