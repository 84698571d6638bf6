"""Today's rule, replayed over all that really moved points, is the ledger; what differs is named (LOY-17)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import approvals, clock, sweeps
from core.models import Store, User
from loyalty.jobs.simulations import Simulate
from loyalty.models import EarnRule, MemberTier, Simulation
from loyalty.operations import adjustments, earn_rules, earnings, money_off, nightly, points, purchases, rewards
from loyalty.operations import simulations as operations
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.rules import Kind
from members.models import Member
from tests.loyalty import shelf
from tests.loyalty.conftest import cause
from tests.loyalty.test_simulations import differs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
DOUBLE = {
    "kind": "purchase", "effect": "multiply", "bps": 20_000, "programme_cap_points": 250, "programme_cap_per": "month",
}  # fmt: skip


def agree(code: str, said: dict[str, Any], planner: User, director: User) -> EarnRule:
    rule = EarnRule.objects.create(code=code, name=f"Rule {code}")
    asked = earn_rules.propose(rule, said, effective_at=clock.now(), reason="so", author=planner)
    approvals.approve(asked, by=director)
    return rule


def buy(member: Member, minor: int, key: str, store: Store) -> Any:
    return purchases.record(member, [Line(minor)], arrival=Arrival("api", key, clock.now(), store=store))


def ran(author: User, question: dict[str, Any] | None = None) -> Simulation:
    with clock.stopped(clock.now() + dt.timedelta(minutes=1)):
        row = operations.ask(question or {"points": {"lapse_months": 23}}, months=3, author=author)
        sweeps.run(Simulate())
    row.refresh_from_db()
    assert row.state == "done"
    return row


def test_a_programme_that_ran_out_cuts_the_same_purchases_in_the_replay(
    wanqing: Member, stranger: Member, store: Store, planner: User, director: User
) -> None:
    agree("double", DOUBLE, planner, director)
    later = sorted((wanqing, stranger), key=lambda one: -one.pk)
    bought = [buy(member, 20_000, str(place), store) for place, member in enumerate((*later, later[0]))]
    assert [row.earned.points for row in bought] == [400, 250, 200]
    row = ran(planner)
    assert (differs(row.result["check"]), row.result["today"]["issued"][-1]) == ({}, 850)
    assert row.result["changed"]["issued"] == row.result["today"]["issued"]


def test_a_changed_rule_gives_all_members_together_no_more_than_its_cap(
    wanqing: Member, stranger: Member, store: Store, planner: User, director: User
) -> None:
    agree("double", DOUBLE, planner, director)
    for place, member in enumerate((wanqing, stranger)):
        buy(member, 20_000, str(place), store)
    row = ran(planner, {"rules": {"double": DOUBLE | {"programme_cap_points": 300}}})
    assert (row.result["today"]["issued"][-1], row.result["changed"]["issued"][-1]) == (650, 700)
    row = ran(planner, {"points": {"base_points": 3}})
    assert row.result["changed"]["issued"][-1] == 600 + 600 + 250


def test_everything_that_moves_points_is_in_the_replay(
    wanqing: Member, stranger: Member, store: Store, planner: User, director: User, clerk: User, service_agent: User
) -> None:
    agree("friend", {"kind": "referral", "effect": "bonus", "points": 500}, planner, director)
    with clock.stopped(clock.now() - dt.timedelta(days=20)):
        for place, member in enumerate((wanqing, stranger)):
            buy(member, 90_000, f"old-{place}", store)
    nightly.mature(sorted([wanqing.pk, stranger.pk]), on=clock.today())
    earnings.of_occasion(wanqing, Kind.REFERRAL, key="friend:1", at=clock.now())
    gift = shelf.gift(price=300, stock=5, store=store)
    kept, given_up, undone = (shelf.reserve(wanqing, gift, store) for _ in range(3))
    rewards.collect(kept, clerk=clerk, store=store)
    rewards.cancel(given_up, by=None)
    with_coupon = shelf.gift("coupon", price=100, kind="coupon", offer=shelf.offer(), stock=0)
    rewards.order(wanqing, with_coupon, key="c", way="at-once")
    for member, amount in ((wanqing, 70), (stranger, -30)):
        adjustments.ask(member, amount, category="goodwill", explanation="So.", by=service_agent, key=f"a{amount}")
    quoted = money_off.quote(stranger, [Line(10_000)], store=store, currency="CNY", points=500)
    arrival = Arrival("counter", "off", clock.now(), store=store, clerk=clerk)
    bought = purchases.record(stranger, quoted.lines, arrival=arrival)
    money_off.take(quoted, bought, clerk=clerk)
    purchases.take_back(bought, {1: 1}, arrival=Arrival("counter", "back", clock.now(), store=store, clerk=clerk))
    found = ran(planner).result
    assert undone.state == "reserved"
    assert (differs(found["check"]), sum(found["today"]["redeemed"])) == ({}, 400)
    assert found["check"]["flows"]["issued"][0] > 1_800


def test_what_differs_is_named_on_the_page_with_its_number(
    client: Client, wanqing: Member, store: Store, planner: User
) -> None:
    """A tier that was written by hand behind the programme's back."""
    MemberTier.objects.create(
        member=wanqing, tier="gold", since_on=clock.today(), promised_through=clock.today() + dt.timedelta(days=90),
        sequence=1, decided_on=clock.today(),
    )  # fmt: skip
    buy(wanqing, 10_000, "1", store)
    points.spend(shelf.rich(wanqing), 10, cause=cause())
    row = ran(planner)
    check = row.result["check"]
    assert differs(check) == {
        "issued": (1_150, 1_100), "balance": (1_140, 1_090), "purchases": (150, 100), "rules": {"tier": -50}, "tiers": 1,
    }  # fmt: skip
    client.force_login(planner)
    shown = client.get(f"/admin/loyalty/simulation/{row.pk}/change/", headers={"accept-language": "en"})
    text = shown.content.decode()
    assert "Multiplier of the tier on record at that moment" in text
    assert "\N{MINUS SIGN}50" in text
