"""What earns points beside a purchase: judged once, whatever is repeated (LOY-04 · B7.1)."""

import datetime as dt

import pytest

from cards.models import Order
from core import approvals, clock, sweeps
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import EarnBudget, EarnOccasion, EarnRule, PointAccount
from loyalty.operations import earn_rules, earnings, occasions
from loyalty.operations.earnings import Line
from loyalty.policy.rules import Kind
from tests import factories
from tests.cards.factories import PRICE_MINOR, LineFactory, OrderFactory
from tests.loyalty.conftest import balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
REFERRAL = {"kind": "referral", "effect": "bonus", "points": 500}


@pytest.fixture
def rule(planner, director):
    def make(code, definition):
        row = EarnRule.objects.create(code=code, name=code)
        asked = earn_rules.propose(row, definition, effective_at=clock.now(), reason="agreed", author=planner)
        approvals.approve(asked, by=director)
        return row

    return make


def test_an_occasion_earns_by_the_rules_of_its_kind_at_once_and_only_once(wanqing, rule):
    rule("friend", REFERRAL)
    given = [earnings.of_occasion(wanqing, Kind.REFERRAL, key="friend:7", at=clock.now()) for _ in range(2)]
    assert given[0] == given[1]
    assert balances(wanqing) == (500, 0, 0, 0)
    assert given[0] is not None
    assert given[0].why["parts"][0] == {"rule": "friend", "version": 1, "points": 500, "bps": None, "cut": 0}
    assert EarnOccasion.objects.get().earned == given[0]


def test_an_occasion_that_no_rule_is_for_earns_nothing_and_stays_judged(wanqing, rule):
    assert earnings.of_occasion(wanqing, Kind.REFERRAL, key="friend:7", at=clock.now()) is None
    rule("friend", REFERRAL)
    assert earnings.of_occasion(wanqing, Kind.REFERRAL, key="friend:7", at=clock.now()) is None
    assert EarnOccasion.objects.count() == 1


def test_the_key_of_one_occasion_is_refused_for_another_member_or_task(wanqing, stranger):
    earnings.of_occasion(wanqing, Kind.TASK, key="t-1", at=clock.now(), code="profile")
    for member, code in ((stranger, "profile"), (wanqing, "survey")):
        with pytest.raises(Refusal) as refused:
            earnings.of_occasion(member, Kind.TASK, key="t-1", at=clock.now(), code=code)
        assert refused.value.code == "key_reused"


def test_a_card_bought_earns_by_its_price_and_waits_for_the_cooling_off(wanqing, rule):
    rule("cards", {"kind": "card-purchase", "effect": "rate", "points": 1, "per_minor": 100})
    earnings.of_occasion(wanqing, Kind.CARD_PURCHASE, key="o-1", at=clock.now(), lines=[Line(29_900, sku="gold")])
    assert balances(wanqing) == (0, 299, 0, 0)


CARDS = {"kind": "card-purchase", "effect": "rate", "points": 1, "per_minor": 100}
RENEWED = {"kind": "renewal", "effect": "bonus", "points": 200}


def paid_order(member, *, kind="purchase", **more):
    line = LineFactory.create(order=OrderFactory.create(member=member, kind=kind, paid_at=clock.now(), **more))
    return line.order


def run(name: str) -> int:
    return sweeps.run(name).done


def test_orders_paid_since_the_first_rule_earn_once_by_the_rules_of_their_moment(wanqing, rule):
    paid_order(wanqing)
    with clock.stopped(clock.now() + dt.timedelta(hours=1)):
        rule("cards", CARDS)
        paid_order(wanqing)
    with clock.stopped(clock.now() + dt.timedelta(hours=3)):
        assert [run("points.orders") for _ in range(2)] == [1, 0]
    assert balances(wanqing) == (0, 299, 0, 0)


def test_a_renewal_has_rules_of_its_own_and_an_order_that_earns_nothing_is_not_asked_again(wanqing, rule):
    rule("cards", CARDS | {"when_min_net_minor": 10**9})
    rule("renewed", RENEWED)
    paid_order(wanqing)
    paid_order(wanqing, kind="renewal")
    assert [run("points.orders") for _ in range(2)] == [2, 0]
    assert balances(wanqing)[1] == 200


def test_a_refund_takes_back_its_part_and_the_whole_refund_takes_back_everything(wanqing, rule):
    rule("cards", CARDS)
    order = paid_order(wanqing)
    run("points.orders")
    for refunded, left in ((PRICE_MINOR // 3, 199), (PRICE_MINOR, 0)):
        Order.objects.filter(pk=order.pk).update(refunded_minor=refunded)
        assert [run("points.order_refunds") for _ in range(2)] == [1, 0]
        assert balances(wanqing)[1] == left


def test_a_task_that_the_programme_sees_done_earns_once_even_when_done_before_the_rule(wanqing, stranger, rule):
    rule("profile", {"kind": "task", "effect": "bonus", "points": 50, "when_codes": ["profile"]})
    assert [run("points.tasks") for _ in range(2)] == [1, 0]
    assert balances(wanqing) == (50, 0, 0, 0)
    assert not PointAccount.objects.filter(pk=stranger.pk, available__gt=0).exists()


def test_a_rule_without_a_task_gives_for_each_of_them(wanqing, rule):
    rule("any", {"kind": "task", "effect": "bonus", "points": 10})
    assert run("points.tasks") == 3
    assert balances(wanqing)[0] == 30


def test_a_colleague_notes_an_event_that_a_rule_names_once_for_a_member(wanqing, planner, clerk, rule):
    rule("tasting", {"kind": "event", "effect": "bonus", "points": 80, "when_codes": ["wine-tasting"]})
    for _ in range(2):
        occasions.record(wanqing, Kind.EVENT, "wine-tasting", by=planner)
    assert balances(wanqing)[0] == 80
    for by, code in ((planner, "elsewhere"), (clerk, "wine-tasting")):
        with pytest.raises(RuleBroken):
            occasions.record(wanqing, Kind.EVENT, code, by=by)


def test_nobody_notes_an_event_for_himself(planner, rule):
    rule("tasting", {"kind": "event", "effect": "bonus", "points": 80, "when_codes": ["wine-tasting"]})
    own = factories.MemberFactory.create(user=planner)
    with pytest.raises(Refusal) as refused:
        occasions.record(own, Kind.EVENT, "wine-tasting", by=planner)
    assert refused.value.code == "own_card"


def test_the_programme_gives_no_more_in_a_month_than_its_cap_and_the_entry_says_so(wanqing, stranger, rule):
    rule("friend", REFERRAL | {"programme_cap_points": 700, "programme_cap_per": "month"})
    first, second, third = (
        earnings.of_occasion(member, Kind.REFERRAL, key=str(place), at=clock.now())
        for place, member in enumerate((wanqing, stranger, wanqing))
    )
    assert first is not None
    assert second is not None
    assert (first.points, second.points, third) == (500, 200, None)
    assert second.why["parts"][0]["programme_cut"] == 300
    assert EarnBudget.objects.get().points == 700


def test_a_rule_for_public_holidays_applies_on_national_day_alone(wanqing, rule):
    rule("festival", REFERRAL | {"when_on_holidays": True})
    given = [
        earnings.of_occasion(
            wanqing, Kind.REFERRAL, key=str(day), at=dt.datetime(2027, 10, day, 12, tzinfo=clock.zone())
        )
        for day in (1, 20)
    ]
    assert [one.points if one else 0 for one in given] == [500, 0]
