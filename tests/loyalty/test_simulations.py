import dataclasses
import datetime as dt
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from cards.models import BenefitUse
from core import approvals, clock, parameter_revisions, parameters, sweeps
from core.models import Approval, Store
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.jobs.simulations import Simulate
from loyalty.models import (
    EarnCounter,
    EarnRule,
    MemberTier,
    PointAccount,
    PointEntry,
    PointLot,
    PointTransaction,
    Purchase,
    Simulation,
    SimulationMove,
    TierChange,
)
from loyalty.operations import earn_rules, nightly, points, purchases, simulations
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.parameters import FOUR_TIERS, PointsParameters, TierParameters
from loyalty.policy.simulation import questions, replay
from tests import factories
from tests.cards.factories import EntitlementFactory
from tests.core.sweeps.test_one_at_a_time import Python
from tests.loyalty import histories
from tests.loyalty.conftest import cause

pytestmark = [pytest.mark.django_db]
BEGINS = dt.datetime(2024, 10, 1, 12, tzinfo=dt.UTC)
NOTHING: dict[str, Any] = {"points": {}, "tiers": {}, "birthday": {}, "rules": {}}
WINE = {
    "kind": "purchase", "effect": "multiply", "bps": 20_000, "which_categories": ["wine"], "cap_points": 300,
    "cap_per": "month",
}  # fmt: skip
BIRTHDAY = {"kind": "purchase", "effect": "bonus", "points": 66, "when_birthday_days": 10}
FIRST = {"kind": "purchase", "effect": "bonus", "points": 50, "when_first_only": True}


def asked(question: dict[str, Any], *, author, months: int = 12) -> Simulation:
    from_on, through_on = questions.period(months, today=clock.today())
    return Simulation.objects.create(
        author=author, from_on=from_on, through_on=through_on, question={**NOTHING, **question}, before=NOTHING
    )


def ran(simulation: Simulation) -> Simulation:
    sweeps.run(Simulate())
    simulation.refresh_from_db()
    return simulation


def differs(check: dict[str, Any]) -> dict[str, Any]:
    """All by which the ledger and today's rule, replayed, are not the same."""
    found = {name: (real, replayed) for name, (real, replayed, members) in check["flows"].items() if members}
    if check["ledger"] != check["replayed"] or check["members"]:
        found["purchases"] = (check["ledger"], check["replayed"])
    return found | {name: check[name] for name in ("rules", "tiers") if check[name]}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_todays_rule_replayed_is_the_ledger_to_the_point(seed: int, planner, director) -> None:
    stores: list[Store] = factories.StoreFactory.create_batch(2)
    with clock.stopped(BEGINS - dt.timedelta(days=1)):
        members = [factories.MemberFactory.create(birth_on=f"1990-{month:02}-15") for month in (2, 6, 11)]
    for code, said, day in (("wine", WINE, 100), ("born", BIRTHDAY, 200), ("first", FIRST, 0)):
        with clock.stopped(BEGINS + dt.timedelta(days=day)):
            rule = EarnRule.objects.create(code=code, name=code)
            request = earn_rules.propose(rule, said, effective_at=clock.now(), reason="so", author=planner)
            approvals.approve(request, by=director)
    days = 900
    histories.live(members, stores, begins=BEGINS, days=days, seed=seed)
    with clock.stopped(BEGINS + dt.timedelta(days=days - 1, hours=6)):
        found = ran(asked({}, author=planner, months=18))
    said = found.result
    assert (found.state, found.members_done, differs(said["check"])) == ("done", len(members), {})
    assert said["check"]["ledger"] > 0
    assert said["today"] == said["changed"]
    ours = PointAccount.objects.aggregate(
        available=Sum("available"), pending=Sum("pending"), held=Sum("held"), owed=Sum("owed")
    )
    flows = said["today"]
    assert flows["balance"][-1] == ours["available"] + ours["pending"] + ours["held"] - ours["owed"]
    since = dt.datetime.combine(found.from_on, dt.time(), tzinfo=clock.zone())
    posted = PointTransaction.objects.filter(posted_at__gte=since)

    def booked(*kinds: str) -> int:
        return abs(int(posted.filter(kind__in=kinds).aggregate(sum=Sum("points", default=0))["sum"]))

    assert sum(flows["issued"]) == booked("accrue") > 0
    assert sum(flows["lapsed"]) == booked("lapse") > 0
    entries = PointEntry.objects.filter(transaction__posted_at__gte=since)
    into = entries.filter(to_book="redeemed").aggregate(sum=Sum("points", default=0))["sum"]
    out = entries.filter(from_book="redeemed").aggregate(sum=Sum("points", default=0))["sum"]
    assert (sum(flows["redeemed"]), sum(flows["cut"])) == (into - out, 0)
    at_end = {tier: row[-1] for tier, row in flows["tiers"].items() if row[-1]}
    real = list(MemberTier.objects.values_list("tier", flat=True))
    lowest = {"normal": len(members) - len(real)} if len(real) < len(members) else {}
    assert at_end == lowest | {tier: real.count(tier) for tier in set(real)}
    assert not SimulationMove.objects.exists()


@pytest.fixture
def bought(wanqing, stranger, store) -> Iterator[list[Any]]:
    """Two members with a history of a year: one on gold by 8,000 and a little, the other far below."""
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=clock.zone())
    with clock.stopped(noon):
        for number, (member, days, minor) in enumerate(
            ((wanqing, 300, 400_000), (wanqing, 40, 410_000), (stranger, 200, 12_000), (stranger, 20, 9_000))
        ):
            at = noon - dt.timedelta(days=days)
            with clock.stopped(at):
                purchases.record(member, [Line(minor)], arrival=Arrival("api", str(number), at, store=store))
        nightly.mature(sorted([wanqing.pk, stranger.pk]), on=clock.today())
        points.spend(wanqing, 4_000, cause=cause())
    with clock.stopped(noon + dt.timedelta(minutes=1)):
        yield [wanqing, stranger]


def gold_at(minor: int) -> dict[str, Any]:
    ladder = [dataclasses.asdict(tier) for tier in FOUR_TIERS]
    ladder[2]["spend_minor"] = minor
    return {"ladder": ladder}


def test_who_would_not_have_reached_gold_is_told_with_her_figures(bought, planner) -> None:
    row = simulations.ask({"tiers": gold_at(900_000)}, months=12, author=planner)
    assert (row.state, row.before["tiers"].keys(), row.question["points"]) == ("waiting", {"ladder"}, {})
    ran(row)
    assert (row.state, row.members_done, row.result["moves"], row.result["members"]) == (
        "done",
        2,
        {"gold>silver": 1},
        2,
    )
    move = row.moves.get()
    assert (move.member, move.from_tier, move.to_tier) == (bought[0], "gold", "silver")
    assert (move.spend_minor, move.visits, move.points_today, move.points_changed) == (810_000, 2, 8_920, 8_920)
    check = row.result["check"]
    assert (check["ledger"], check["replayed"], differs(check)) == (9_130, 9_130, {})
    today, changed = row.result["today"], row.result["changed"]
    assert (today["liability"][-1], today["balance"][-1]) == (5_130, 5_130)
    assert today["issued"] == changed["issued"]


def test_a_lower_rate_cuts_what_could_not_have_been_redeemed(bought, planner) -> None:
    row = simulations.ask({"points": {"base_per_minor": 400}}, months=12, author=planner)
    ran(row)
    changed = row.result["changed"]
    assert (sum(changed["redeemed"]), sum(changed["cut"])) == (2_230, 1_770)
    assert (sum(row.result["today"]["redeemed"]), sum(row.result["today"]["cut"])) == (4_000, 0)


def ledger() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (
            PointTransaction,
            PointEntry,
            PointLot,
            PointAccount,
            EarnCounter,
            MemberTier,
            TierChange,
            Purchase,
        )
    ]


def test_a_simulation_changes_nothing(bought, planner) -> None:
    before = ledger()
    simulations.ask({"points": {"base_points": 3, "lapse_months": 1}}, months=24, author=planner)
    sweeps.run(Simulate())
    assert ledger() == before


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_the_sums_do_not_depend_on_how_members_are_divided(bought, planner, batch: int, monkeypatch) -> None:
    monkeypatch.setattr(Simulate, "batch", batch)
    row = simulations.ask({"tiers": gold_at(900_000), "points": {"base_points": 2}}, months=12, author=planner)
    ran(row)
    assert (sum(row.result["changed"]["issued"]), row.result["moves"]) == (18_260, {"gold>silver": 1})


def test_a_batch_asks_as_often_for_many_members_as_for_two(bought, planner, store) -> None:
    asked = []
    for count in (0, 20):
        for number in range(count):
            member = factories.MemberFactory.create()
            key = f"more-{number}"
            purchases.record(member, [Line(5_000)], arrival=Arrival("api", key, clock.now(), store=store))
        row = simulations.ask({"points": {"base_points": 2 + count}}, months=12, author=planner)
        Simulation.objects.filter(pk=row.pk).update(asked_at=clock.now() + dt.timedelta(seconds=1))
        members = list(
            simulations.members_of(Simulation.objects.get(pk=row.pk)).values_list("pk", flat=True).order_by("pk")
        )
        with CaptureQueriesContext(connection) as seen:
            assert simulations.count(row.pk, members) == 2 + count
        asked.append(len(seen))
        simulations.cancel(row, by=planner)
    assert asked[0] == asked[1] < 25


def test_an_interrupted_run_goes_on_behind_the_last_batch_on_any_later_day(bought, planner, monkeypatch) -> None:
    row = simulations.ask({"points": {"base_points": 2}}, months=12, author=planner)
    monkeypatch.setattr(Simulate, "batch", 1)
    stopped = Simulate.process

    def killed(self: Simulate, keys: Any) -> int:
        if Simulation.objects.get(pk=row.pk).members_done:
            raise KeyboardInterrupt
        return stopped(self, keys)

    monkeypatch.setattr(Simulate, "process", killed)
    with pytest.raises(KeyboardInterrupt):
        sweeps.run(Simulate())
    row.refresh_from_db()
    assert (row.state, row.members_done) == ("running", 1)
    monkeypatch.setattr(Simulate, "process", stopped)
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        ran(row)
    assert (row.state, row.members_done, sum(row.result["changed"]["issued"])) == ("done", 2, 18_260)


def test_a_cancelled_simulation_is_left_where_it_is_and_the_next_one_runs(bought, planner, stranger) -> None:
    first = simulations.ask({"points": {"base_points": 2}}, months=12, author=planner)
    second = simulations.ask({"points": {"base_points": 3}}, months=12, author=planner)
    simulations.cancel(first, by=planner)
    simulations.cancel(first, by=planner)
    sweeps.run(Simulate())
    assert [one.state for one in Simulation.objects.order_by("pk")] == ["cancelled", "done"]
    assert simulations.cancel(second, by=planner).state == "done"


def test_a_member_who_cannot_be_replayed_is_set_aside_and_all_others_are_counted(bought, planner, monkeypatch) -> None:
    whole = replay.both

    def both(history: Any, **more: Any) -> Any:
        if sum(fact.net_minor for fact in history.facts if hasattr(fact, "lines")) < 100_000:
            raise ValueError("a history nobody understands")
        return whole(history, **more)

    monkeypatch.setattr(replay, "both", both)
    row = simulations.ask({"points": {"base_points": 2}}, months=12, author=planner)
    run = sweeps.run(Simulate())
    row.refresh_from_db()
    assert (row.state, row.members_total, row.members_done, run.failed) == ("done", 2, 1, 1)


def test_when_nobody_can_be_counted_it_has_failed(bought, planner, monkeypatch) -> None:
    monkeypatch.setattr(replay, "both", lambda *_args, **_more: 1 / 0)
    row = simulations.ask({"points": {"base_points": 2}}, months=12, author=planner)
    ran(row)
    assert row.state == "failed"


def test_without_members_it_is_done_at_once(planner) -> None:
    row = simulations.ask({"points": {"base_points": 2}}, months=6, author=planner)
    ran(row)
    assert (row.state, row.members_done, row.result["today"]["issued"]) == ("done", 0, [0] * 6)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({}, "nothing_changes"),
        ({"points": {"base_points": 1}}, "nothing_changes"),
        ({"points": {"lapse_months": 0}}, "parameter_out_of_range"),
        ({"points": {"value_points": 10**12}}, "parameter_out_of_range"),
        ({"points": {"nonsense": 1}}, "parameter_unknown"),
        ({"points": {"base_points": True}}, "parameter_wrong_type"),
        ({"tiers": {"ladder": []}}, "ladder_empty"),
        ({"rules": {"nobody-has": {"effect": "bonus", "points": 5}}}, "rule_not_replayable"),
        ({"rules": {"x": {"effect": "bonus", "points": 0}}}, "rule_gives_nothing"),
    ],
)
def test_what_no_policy_could_say_is_refused(planner, question: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        simulations.ask(question, months=12, author=planner)
    assert refused.value.code == code
    assert not Simulation.objects.exists()


def test_a_clerk_asks_for_no_simulation(clerk, planner, bought) -> None:
    with pytest.raises(Refusal):
        simulations.ask({"points": {"base_points": 2}}, months=12, author=clerk)
    row = simulations.ask({"points": {"base_points": 2}}, months=12, author=planner)
    with pytest.raises(Refusal):
        simulations.cancel(row, by=clerk)


def done(question: dict[str, Any], author: Any) -> Simulation:
    return ran(simulations.ask(question, months=12, author=author))


def test_one_click_asks_for_all_that_was_simulated_and_asks_once(bought, planner, director) -> None:
    rule = EarnRule.objects.create(code="wine", name="Double points on wine")
    approvals.approve(
        earn_rules.propose(rule, WINE, effective_at=clock.now(), reason="so", author=planner), by=director
    )
    triple = WINE | {"bps": 30_000}
    row = done({"points": {"lapse_months": 18}, "tiers": gold_at(900_000), "rules": {"wine": triple}}, planner)
    begins = clock.today() + dt.timedelta(days=8)
    asked = simulations.propose(row, effective_on=begins, reason="Cheaper", author=planner)
    assert simulations.propose(row, effective_on=begins, reason="Cheaper", author=planner) == asked
    assert [(one.kind, one.state) for one in asked] == [("parameter", "pending")] * 2 + [("earn-rule", "pending")]
    for one in asked:
        approvals.approve(one, by=director)
    parameters.refresh()
    assert parameters.in_force(PointsParameters, on=begins).lapse_months == 18
    assert parameters.in_force(TierParameters, on=begins).ladder[2].spend_minor == 900_000
    assert earn_rules.current(rule) == triple
    assert list(asked[0].simulations.all()) == [row]


def test_when_one_request_is_refused_none_is_made(bought, planner) -> None:
    row = done({"points": {"lapse_months": 18}, "tiers": gold_at(900_000)}, planner)
    begins = clock.today() + dt.timedelta(days=8)
    parameter_revisions.propose("tiers", values={"grace_days": 5}, effective_on=begins, reason="x", author=planner)
    with pytest.raises(Refusal) as refused:
        simulations.propose(row, effective_on=begins, reason="Cheaper", author=planner)
    assert refused.value.code == "already_requested"
    assert (Approval.objects.count(), row.approvals.count()) == (1, 0)


def test_after_a_rejection_it_may_be_proposed_again_but_never_before_it_is_done(bought, planner, director) -> None:
    row = simulations.ask({"points": {"lapse_months": 18}}, months=12, author=planner)
    told = {"effective_on": clock.today(), "reason": "Cheaper", "author": planner}
    with pytest.raises(Refusal, match="no result"):
        simulations.propose(row, **told)
    sweeps.run(Simulate())
    (asked,) = simulations.propose(row, **told)
    approvals.reject(asked, by=director, reason="Not now")
    (again,) = simulations.propose(row, **told)
    assert again.pk != asked.pk
    with pytest.raises(Refusal):
        simulations.propose(row, **{**told, "author": director})


def test_the_cost_of_card_benefits_is_counted_by_tier(bought, planner, card, store) -> None:
    benefit = EntitlementFactory.create(version=card.version)
    more = {"card": card, "entitlement": benefit, "term": card.terms.get(), "store": store}
    BenefitUse.objects.create(**more, cost_minor=700, used_on=clock.today(), key="1")
    BenefitUse.objects.create(**more, cost_minor=900, used_on=clock.today(), key="2", reversed_at=clock.now())
    row = done({"points": {"base_points": 2}}, planner)
    assert row.result["today"]["benefits"][-1] == row.result["changed"]["benefits"][-1] == 700


DIE = """
import os, signal
import django; django.setup()
from core import sweeps
from loyalty.jobs.simulations import Simulate
from loyalty.operations import simulations
sweep, count, calls = Simulate(), simulations.count, []
sweep.batch = 7
def dies(pk, members):
    done = count(pk, members)
    calls.append(pk)
    if len(calls) == {dies}:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
simulations.count = dies
sweeps.run(sweep)
"""


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_batch_it_gives_the_same_result_as_one_left_in_peace(planner, store) -> None:
    python = Python(f"postgres://root@127.0.0.1:5432/{connection.settings_dict['NAME']}")
    for number in range(40):
        member = factories.MemberFactory.create()
        for turn in range(3):
            at = clock.now() - dt.timedelta(days=200 - 60 * turn - number)
            arrival = Arrival("api", f"{number}:{turn}", at, store=store)
            with clock.stopped(at):
                purchases.record(member, [Line(90_000 * (number % 5 + 1))], arrival=arrival)
    question = {"tiers": gold_at(900_000), "points": {"lapse_months": 3, "base_points": 2}}
    for dies in (1, 3, 5):
        killed, peaceful = (simulations.ask(question, months=12, author=planner) for _ in range(2))
        dead = python.run(DIE.format(dies=dies))
        assert dead.returncode == -signal.SIGKILL, dead.stderr
        killed.refresh_from_db()
        assert (killed.state, killed.members_done) == ("running" if dies > 1 else "waiting", 7 * (dies - 1))
        again = python.run(DIE.format(dies=0))
        assert again.returncode == 0, again.stderr
        killed.refresh_from_db()
        peaceful.refresh_from_db()
        assert (killed.state, killed.members_done, killed.result) == ("done", 40, peaceful.result)
        moved = [
            list(row.moves.order_by("member_id").values_list("member_id", "to_tier")) for row in (killed, peaceful)
        ]
        assert moved[0] == moved[1] != []
