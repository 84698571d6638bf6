"""Points and coupons that pay part of a purchase at the counter (LOY-06, LOY-13)."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.models import Store, User
from core.rules import RuleBroken
from loyalty.jobs.coupons import MakeCoupons
from loyalty.models import Coupon, CouponBatch, Purchase, PurchaseDiscount
from loyalty.operations import coupons, money_off, purchases, till
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.operations.till import Bill
from members.models import Member
from tests.loyalty.conftest import balances, broken
from tests.loyalty.shelf import coupon, key, offer, rich

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday", "her_yes")]


def refused(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(RuleBroken) as error:
        act(*args, **named)
    return error.value.code


def buy(
    member: Member, store: Store, clerk: User, *, minor: int = 10_000, receipt: str = "R1", **more: Any
) -> Purchase:
    agreed = more.pop("agreed_minor", None)
    return till.record(member, Bill(minor, **more), receipt=receipt, store=store, clerk=clerk, agreed_minor=agreed)


def test_points_pay_a_part_and_the_purchase_earns_on_what_was_paid_in_money(
    wanqing: Member, store: Store, clerk: User
) -> None:
    done = buy(rich(wanqing, 5_000), store, clerk, points=2_000)
    assert done.earned is not None
    assert (done.net_minor, done.earned.points) == (8_000, 80)
    assert balances(wanqing) == (3_000, 80, 0, 0)
    assert broken() == []


def test_a_coupon_pays_first_then_points_within_their_share_of_the_rest(
    wanqing: Member, store: Store, clerk: User
) -> None:
    mine = coupon(rich(wanqing, 50_000))
    assert refused(buy, wanqing, store, clerk, points=4_501, coupon=mine.code) == "points_above_share"
    done = buy(wanqing, store, clerk, points=4_500, coupon=mine.code)
    assert done.net_minor == 10_000 - 1_000 - 4_500
    mine.refresh_from_db()
    assert (mine.state, balances(wanqing)[0], broken()) == ("used", 45_500, [])


def test_the_same_receipt_again_is_the_same_purchase_and_spends_nothing_more(
    wanqing: Member, store: Store, clerk: User
) -> None:
    mine = coupon(rich(wanqing, 5_000))
    first = buy(wanqing, store, clerk, points=100, coupon=mine.code)
    assert buy(wanqing, store, clerk, points=100, coupon=mine.code) == first
    assert refused(buy, wanqing, store, clerk, points=200, coupon=mine.code) == "receipt_recorded"
    assert (balances(wanqing)[0], PurchaseDiscount.objects.count()) == (4_900, 2)


def test_what_the_customer_did_not_agree_to_pay_is_not_recorded(wanqing: Member, store: Store, clerk: User) -> None:
    rich(wanqing, 5_000)
    assert refused(buy, wanqing, store, clerk, points=100, agreed_minor=9_000) == "bill_changed"
    assert buy(wanqing, store, clerk, points=100, agreed_minor=9_900).net_minor == 9_900


def test_undoing_the_purchase_gives_points_and_coupon_back_with_their_last_days(
    wanqing: Member, store: Store, clerk: User
) -> None:
    mine = coupon(rich(wanqing, 5_000), days=30)
    done = buy(wanqing, store, clerk, points=2_000, coupon=mine.code)
    for _ in range(2):
        till.undo(done, clerk=clerk)
    again = Coupon.objects.get(pk=mine.pk)
    assert (again.state, again.used_at, again.last_valid_on) == ("issued", None, mine.last_valid_on)
    assert (balances(wanqing), broken()) == ((5_000, 0, 0, 0), [])
    assert buy(wanqing, store, clerk, receipt="R2", coupon=mine.code).net_minor == 9_000
    assert broken() == []


def test_a_part_that_comes_back_gives_back_its_share_of_the_points_and_the_coupon_only_with_the_last(
    wanqing: Member, store: Store, clerk: User
) -> None:
    rich(wanqing, 5_000)
    mine = coupon(wanqing)
    quoted = money_off.quote(
        wanqing, [Line(6_000, quantity=3), Line(4_000)], store=store, currency="CNY", points=3_000, coupon=mine
    )
    assert [line.net_minor for line in quoted.lines] == [3_600, 2_400]
    arrival = Arrival("counter", "two-lines", clock.now(), store=store, clerk=clerk)
    purchase = purchases.record(wanqing, quoted.lines, arrival=arrival)
    money_off.take(quoted, purchase, clerk=clerk)

    def back(name: str, **quantities: int) -> None:
        arrival = Arrival("counter", name, clock.now(), store=store, clerk=clerk)
        purchases.take_back(purchase, {int(k[1:]): n for k, n in quantities.items()}, arrival=arrival)
        purchase.refresh_from_db()

    back("a", _1=1)
    assert balances(wanqing)[0] == 2_000 + 600
    back("b", _1=2)
    assert (balances(wanqing)[0], Coupon.objects.get().state) == (2_000 + 1_800, "used")
    back("c", _2=1)
    assert (balances(wanqing), Coupon.objects.get().state) == ((5_000, 0, 0, 0), "issued")
    assert broken() == []


def test_a_coupon_that_pays_all_of_it_is_given_back_with_it(wanqing: Member, store: Store, clerk: User) -> None:
    mine = coupon(wanqing, value_minor=99_900)
    done = buy(wanqing, store, clerk, coupon=mine.code)
    assert (done.net_minor, done.earned) == (0, None)
    till.undo(done, clerk=clerk)
    mine.refresh_from_db()
    assert (mine.state, broken()) == ("issued", [])


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"min_minor": 10_001}, "coupon_below_minimum"),
        ({"categories": ["wine"]}, "coupon_other_goods"),
        ({"starts_on": dt.date(2026, 11, 24)}, "coupon_not_yet"),
        ({"last_on": dt.date(2026, 11, 22)}, "coupon_lapsed"),
    ],
)
def test_a_coupon_that_does_not_fit_says_why(
    wanqing: Member, store: Store, clerk: User, terms: dict[str, Any], code: str
) -> None:
    mine = coupon(wanqing, **terms)
    assert refused(buy, wanqing, store, clerk, coupon=mine.code) == code
    assert Purchase.objects.count() == 0


def test_a_coupon_serves_its_member_its_stores_and_its_goods(
    wanqing: Member, stranger: Member, store: Store, other_store: Store, clerk: User
) -> None:
    mine = coupon(wanqing, categories=["wine"])
    mine.offer.stores.add(other_store)
    assert refused(buy, stranger, store, clerk, coupon=mine.code, category="wine") == "coupon_of_another_member"
    assert refused(buy, wanqing, store, clerk, coupon=mine.code, category="wine") == "coupon_not_here"
    mine.offer.stores.add(store)
    assert buy(wanqing, store, clerk, coupon=mine.code, category="wine").net_minor == 9_000
    assert refused(buy, wanqing, store, clerk, receipt="R2", coupon=mine.code, category="wine") == "coupon_used"
    assert refused(buy, wanqing, store, clerk, receipt="R2", coupon="C2222222222F") == "coupon_unknown"


def test_staff_give_a_member_a_coupon_once_and_never_themselves(
    wanqing: Member, service_agent: User, clerk: User
) -> None:
    kind, once = offer(), key()
    given = [coupons.grant(kind, wanqing, key=once, reason="late order", by=service_agent) for _ in range(2)]
    assert given[0] == given[1]
    assert Coupon.objects.count() == 1
    assert refused(coupons.grant, kind, wanqing, key=key(), reason="x", by=clerk) == "not_permitted"
    Member.objects.filter(pk=wanqing.pk).update(user=service_agent)
    agent, her = User.objects.get(pk=service_agent.pk), Member.objects.get(pk=wanqing.pk)
    assert refused(coupons.grant, kind, her, key=key(), reason="x", by=agent) == "own_card"


def test_a_batch_is_made_by_the_job_to_the_last_code_and_exported_with_a_reason(
    planner: User, service_agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import sweeps

    monkeypatch.setattr(MakeCoupons, "codes_at_once", 7)
    batch = coupons.ask_batch(offer(), 20, reason="festival", by=planner)
    assert refused(coupons.export, batch, by=planner, reason="printing") == "coupon_batch_not_ready"
    run = sweeps.run("coupons.make")
    batch.refresh_from_db()
    assert (run.state, batch.made, Coupon.objects.filter(batch=batch).count()) == ("done", 20, 20)
    rows = list(coupons.export(batch, by=planner, reason="printing"))
    assert len({row[0] for row in rows}) == 20
    assert refused(coupons.export, batch, by=service_agent, reason="printing") == "not_permitted"
    assert refused(coupons.ask_batch, batch.offer, 0, reason="x", by=planner) == "coupon_batch_unfit"


def test_what_a_coupon_promises_changes_no_more_once_codes_are_out(planner: User, wanqing: Member) -> None:
    kind = offer()
    assert coupons.revise(kind, {"value_minor": 500}, stores=[], by=planner).value_minor == 500
    coupons.issue(kind, member=wanqing)
    assert refused(coupons.revise, kind, {"value_minor": 100}, stores=[], by=planner) == "coupon_offer_in_use"


def test_a_coupon_made_void_serves_no_more_and_a_used_one_cannot_be(
    wanqing: Member, store: Store, clerk: User, planner: User
) -> None:
    used, unused = coupon(wanqing), coupon()
    buy(wanqing, store, clerk, coupon=used.code)
    assert refused(coupons.void, used, by=planner, reason="x") == "coupon_used"
    for _ in range(2):
        assert coupons.void(unused, by=planner, reason="lost sheet").state == "void"
    assert refused(buy, wanqing, store, clerk, receipt="R2", coupon=unused.code) == "coupon_void"
    assert CouponBatch.objects.count() == 0
