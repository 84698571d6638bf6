import datetime as dt
from typing import Any

import pytest

from core import approvals, clock
from core.models import Approval, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import EarnRule, Purchase
from loyalty.operations import earn_rules, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
DOUBLE_WINE = {"kind": "purchase", "effect": "multiply", "bps": 20_000, "which_categories": ["wine"]}
FIRST = {"kind": "purchase", "effect": "bonus", "points": 50, "when_first_only": True}


@pytest.fixture
def wine(db: None) -> EarnRule:
    return EarnRule.objects.create(code="wine", name="Double points on wine")


def ask(rule: EarnRule, definition: dict[str, Any] | None, *, author: User, hours: int = 0) -> Approval:
    begins = clock.now() + dt.timedelta(hours=hours)
    return earn_rules.propose(rule, definition, effective_at=begins, reason="harvest", author=author)


def agree(rule: EarnRule, definition: dict[str, Any] | None, *, author: User, by: User, hours: int = 0) -> None:
    approvals.approve(ask(rule, definition, author=author, hours=hours), by=by)


def buy(member, *lines: Line, key: str = "1", hours: int = 0) -> Purchase:
    with clock.stopped(clock.now() + dt.timedelta(hours=hours)):
        return purchases.record(
            member, lines or [Line(10_000, category="wine")], arrival=Arrival("api", key, clock.now())
        )


def points(purchase: Purchase) -> int:
    return purchase.earned.points if purchase.earned else 0


def test_a_rule_that_begins_once_approved_is_no_rule_of_the_past(planner: User) -> None:
    """Time goes on between the form and the request."""
    rule = EarnRule.objects.create(code="now", name="From now on")
    asked = earn_rules.propose(
        rule, {"kind": "purchase", "effect": "bonus", "points": 5}, effective_at=None, reason="x", author=planner
    )
    assert dt.datetime.fromisoformat(asked.effect["effective_at"]) <= clock.now()


def test_a_rule_counts_once_a_second_person_agreed_and_the_entry_keeps_its_version(wanqing, wine, planner, director):
    asked = ask(wine, DOUBLE_WINE, author=planner)
    assert points(buy(wanqing, key="before")) == 100
    approvals.approve(asked, by=director)
    after = buy(wanqing, key="after")
    assert points(after) == 200
    assert after.earned is not None
    assert [(part["rule"], part["version"]) for part in after.earned.why["parts"]] == [("base", 0), ("wine", 1)]


def test_who_proposes_a_rule_does_not_decide_it_and_a_clerk_does_neither(wine, planner, clerk):
    asked = ask(wine, DOUBLE_WINE, author=planner)
    for person in (planner, clerk):
        with pytest.raises(Refusal):
            approvals.approve(asked, by=person)
    with pytest.raises(Refusal):
        ask(wine, FIRST, author=clerk)


def test_a_purchase_that_arrives_late_is_priced_by_the_rules_of_its_moment(wanqing, wine, planner, director):
    agree(wine, DOUBLE_WINE, author=planner, by=director, hours=2)
    agree(wine, None, author=planner, by=director, hours=4)
    for hour, expected in ((1, 100), (2, 200), (3, 200), (4, 100)):
        bought_at = clock.now() + dt.timedelta(hours=hour)
        with clock.stopped(clock.now() + dt.timedelta(days=1)):
            row = purchases.record(
                wanqing, [Line(10_000, category="wine")], arrival=Arrival("api", str(hour), bought_at)
            )
        assert points(row) == expected, hour


def test_a_rule_never_begins_in_the_past_and_a_rule_that_gives_nothing_is_refused(wine, planner):
    with pytest.raises(Refusal) as refused:
        ask(wine, DOUBLE_WINE, author=planner, hours=-1)
    assert refused.value.code == "rule_backdated"
    with pytest.raises(RuleBroken):
        ask(wine, {"effect": "bonus", "points": 0}, author=planner)


def test_a_request_that_compared_with_an_older_version_is_stale(wine, planner, director):
    asked = ask(wine, DOUBLE_WINE, author=planner)
    other = Approval.objects.get(pk=asked.pk)
    approvals.withdraw(asked, by=planner)
    agree(wine, FIRST, author=planner, by=director)
    other.state, other.pk = Approval.State.PENDING, None
    other.save()
    with pytest.raises(Refusal) as refused:
        approvals.approve(other, by=director)
    assert refused.value.code == "stale"


def test_the_cap_of_a_month_counts_over_purchases_and_begins_anew_next_month(wanqing, wine, planner, director):
    agree(wine, DOUBLE_WINE | {"cap_points": 150, "cap_per": "month"}, author=planner, by=director)
    assert [points(buy(wanqing, key=str(n))) for n in range(3)] == [200, 150, 100]
    assert points(buy(wanqing, key="december", hours=24 * 10)) == 200


def test_the_first_purchase_has_its_bonus_once(wanqing, wine, planner, director):
    agree(wine, FIRST, author=planner, by=director)
    assert [points(buy(wanqing, key=str(n))) for n in range(2)] == [150, 100]


def test_a_birthday_is_multiplied_once_a_year(wanqing, wine, planner, director):
    agree(
        wine,
        {"kind": "purchase", "effect": "bonus", "points": 30, "when_birthday_days": 3},
        author=planner,
        by=director,
    )
    birthday = dt.datetime(2027, 2, 28, 12, tzinfo=clock.zone())
    with clock.stopped(birthday):
        assert [points(buy(wanqing, key=str(n))) for n in range(2)] == [230, 100]
    with clock.stopped(birthday + dt.timedelta(days=4)):
        assert points(buy(wanqing, key="late")) == 100
