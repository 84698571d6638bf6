import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import clock
from core.refusals import Refusal
from loyalty.models import MemberTier, Purchase, TierChange
from loyalty.operations import purchases, standings
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from tests import factories
from tests.loyalty.conftest import balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]


def arrival(key: str = "R-1", source: str = "api", **more) -> Arrival:
    return Arrival(source, key, more.pop("at", clock.now()), **more)


def bought(member, *amounts: int, key: str = "R-1", quantity: int = 1, **more) -> Purchase:
    return purchases.record(member, [Line(minor, quantity=quantity) for minor in amounts], arrival=arrival(key, **more))


def test_a_purchase_earns_a_point_a_yuan_pending_for_the_return_window(wanqing, store):
    purchase = bought(wanqing, 1_250, 749, store=store)
    assert balances(wanqing) == (0, 19, 0, 0)
    assert purchase.earned is not None
    assert purchase.earned.why == {
        "parts": [{"rule": "base", "version": 0, "points": 19, "bps": None, "cut": 0}], "cut": 0,
    }  # fmt: skip
    assert (purchase.tier, purchase.receipt_number) == ("normal", "")


def test_a_purchase_delivered_twice_counts_once_and_another_under_its_key_is_refused(wanqing, stranger):
    at = clock.now()
    assert bought(wanqing, 10_000, at=at) == bought(wanqing, 10_000, at=at)
    assert balances(wanqing)[1] == 100
    for member, amount in ((wanqing, 10_001), (stranger, 10_000)):
        with pytest.raises(Refusal) as refused:
            bought(member, amount, at=at)
        assert refused.value.code == "key_reused"
    bought(wanqing, 10_000, source="counter", at=at)
    assert balances(wanqing)[1] == 200


def test_a_purchase_without_a_member_is_kept_and_earns_nothing(db):
    purchase = bought(None, 10_000)
    assert (purchase.member, purchase.earned, purchase.net_minor) == (None, None, 10_000)


def test_the_day_has_a_cap_over_all_purchases_and_the_entry_says_what_it_cut(wanqing):
    bought(wanqing, 1_990_000, key="a")
    cut = bought(wanqing, 50_000, key="b")
    assert cut.earned is not None
    assert cut.earned.points == 20_000 - 19_900
    assert cut.earned.why["cut"] == cut.earned.why["parts"][0]["points"] + cut.earned.why["parts"][1]["points"] - 100


def test_the_purchase_that_reaches_a_tier_is_priced_by_the_tier_before_and_the_next_by_the_new_one(wanqing):
    bought(wanqing, 800_000, key="a")
    assert MemberTier.objects.get(member=wanqing).tier == "gold"
    change = TierChange.objects.get()
    assert (change.from_tier, change.to_tier, change.why, change.spend_minor) == ("normal", "gold", "reached", 800_000)
    assert change.promised_through == dt.date(2027, 11, 30)
    second = bought(wanqing, 10_000, key="b")
    assert second.earned is not None
    assert (second.tier, second.earned.points) == ("gold", 150)


def test_judging_again_decides_nothing(wanqing):
    bought(wanqing, 250_000)
    assert standings.judge(wanqing) is None
    assert TierChange.objects.count() == 1


def test_after_the_promise_and_its_grace_one_level_is_lost_and_written_down(wanqing):
    bought(wanqing, 2_000_000)
    long_after = dt.date(2027, 12, 31)
    assert standings.judge(wanqing, on=long_after - dt.timedelta(days=1)) is None
    lost = standings.judge(wanqing, on=long_after)
    assert lost is not None
    assert (lost.from_tier, lost.to_tier, lost.why, lost.sequence) == ("platinum", "gold", "fell-short", 2)
    assert MemberTier.objects.get(member=wanqing).since_on == long_after


def test_a_return_takes_back_its_share_and_counts_less_towards_the_tier(wanqing):
    purchase = bought(wanqing, 10_000, 5_000, quantity=2)
    purchases.take_back(purchase, {1: 1}, arrival=arrival("back-1"))
    assert balances(wanqing)[1] == 100
    purchases.take_back(purchase, {1: 1, 2: 2}, arrival=arrival("back-2"))
    assert balances(wanqing) == (0, 0, 0, 0)
    purchase.refresh_from_db()
    assert purchase.returned_minor == 15_000


def test_a_return_delivered_twice_counts_once(wanqing):
    purchase = bought(wanqing, 10_000, quantity=4)
    first = purchases.take_back(purchase, {1: 1}, arrival=arrival("back"))
    assert purchases.take_back(purchase, {1: 1}, arrival=arrival("back")) == first
    assert balances(wanqing)[1] == 75
    with pytest.raises(Refusal) as refused:
        purchases.take_back(purchase, {1: 2}, arrival=arrival("back"))
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize("quantities", [{1: 3}, {2: 1}, {1: 0}, {1: -1}, {}])
def test_no_more_comes_back_than_was_bought(wanqing, quantities):
    purchase = bought(wanqing, 10_000, quantity=2)
    with pytest.raises(Refusal):
        purchases.take_back(purchase, quantities, arrival=arrival("back"))
    assert balances(wanqing)[1] == 100


@pytest.mark.parametrize(
    ("lines", "later", "code"),
    [
        ([], 0, "purchase_empty"),
        ([Line(-1)], 0, "purchase_line_unfit"),
        ([Line(1, quantity=0)], 0, "purchase_line_unfit"),
        ([Line(10**16)], 0, "purchase_line_unfit"),
        ([Line(1)] * 1_001, 0, "purchase_too_long"),
        ([Line(1)], 6, "purchase_in_the_future"),
    ],
)
def test_what_cannot_be_a_purchase_is_refused_and_leaves_nothing(wanqing, lines, later, code):
    at = clock.now() + dt.timedelta(minutes=later)
    with pytest.raises(Refusal) as refused:
        purchases.record(wanqing, lines, arrival=arrival(at=at))
    assert refused.value.code == code
    assert not Purchase.objects.exists()


class Returns(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 99_999), st.integers(1, 5)), min_size=1, max_size=4), st.data())
    def test_however_it_is_split_returning_everything_takes_back_everything(self, rows, data):
        member = factories.MemberFactory.create(user=None)
        lines = [Line(minor, quantity=count) for minor, count in rows]
        purchase = purchases.record(member, lines, arrival=arrival(f"all-{member.pk}"))
        pieces = [position for position, (_, count) in enumerate(rows, start=1) for _ in range(count)]
        for place, position in enumerate(data.draw(st.permutations(pieces))):
            purchases.take_back(purchase, {position: 1}, arrival=arrival(f"back-{member.pk}-{place}"))
        purchase.refresh_from_db()
        assert purchase.returned_minor == purchase.net_minor
        assert balances(member) == (0, 0, 0, 0)
