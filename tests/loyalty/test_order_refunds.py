"""What an order of a card or a renewal earned goes back with its money (LOY-04, LOY-08 · B7, CARD-18 · A5.3, invariant 10)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from cards.models import Card, Order, Payment, Refund
from cards.operations import settlement
from cards.payments import refunds
from cards.payments.word import Said, Word
from core import approvals, clock, show, sweeps
from core.models import Approval, AuditRecord, User
from loyalty.models import EarnOccasion, EarnRule, PointTransaction
from loyalty.operations import earn_rules, points, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member
from tests.cards import shop
from tests.cards.renewal.conftest import card as renewable  # noqa: F401
from tests.cards.renewal.conftest import place as renew
from tests.loyalty.conftest import balances, broken, cause

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
GIVE, TAKE = "tiers.points_back", "points.order_refunds"


def run(name: str) -> int:
    return sweeps.run(name).done


def refund(payment: Payment, minor: int, *, by: User, agreed: User) -> Refund:
    asked = refunds.request(payment, amount_minor=minor, reason="Goodwill", by=by)
    if isinstance(asked, Approval):
        approvals.approve(asked, by=agreed)
    found: Refund = Refund.objects.latest("pk")
    return found


@pytest.fixture
def renewed(renewable: Card) -> tuple[Member, Payment, PointTransaction]:  # noqa: F811
    """A platinum member's renewal, a tenth of whose price came back in points."""
    holder = renewable.holder
    assert holder is not None
    purchases.record(holder, [Line(2_000_000)], arrival=Arrival("api", "big", clock.now()))
    payment = shop.pay(renew(renewable))
    assert run(GIVE) == 1
    return holder, payment, PointTransaction.objects.get(source="renewal-back")


def test_points_back_of_a_renewal_go_back_in_the_part_of_its_money_that_does(
    renewed: tuple[Member, Payment, PointTransaction], finance: User, director: User
) -> None:
    holder, payment, given = renewed
    before, order = balances(holder), Order.objects.get(pk=payment.order_id)
    for part in (1, 2):
        refund(payment, order.total_minor // 4, by=finance, agreed=director)
        assert [run(TAKE) for _ in range(2)] == [1, 0]
        left = given.points + sum(given.reversals.values_list("points", flat=True))
        assert abs(left - given.points * (4 - part) / 4) < 1
    assert balances(holder)[0] == before[0] - given.points + left
    assert (run(GIVE), broken()) == (0, [])
    row = EarnOccasion.objects.get(kind="renewal-back")
    assert (row.member, row.order, row.earned) == (holder, order, given)
    assert AuditRecord.objects.filter(action="loyalty.occasion.return", member_id=holder.pk).count() == 2


def test_what_was_refunded_before_the_points_back_came_is_taken_off_them_at_once(
    renewable: Card,  # noqa: F811
    finance: User,
    director: User,
) -> None:
    holder = renewable.holder
    assert holder is not None
    purchases.record(holder, [Line(2_000_000)], arrival=Arrival("api", "big", clock.now()))
    payment = shop.pay(renew(renewable))
    refund(payment, payment.amount_minor // 2, by=finance, agreed=director)
    assert (run(GIVE), run(TAKE), run(GIVE), run(TAKE)) == (1, 1, 0, 0)
    given = PointTransaction.objects.get(source="renewal-back")
    assert abs(sum(given.reversals.values_list("points", flat=True)) + given.points / 2) < 1


@pytest.fixture
def bought(renewable: Card, planner: User, director: User) -> Payment:  # noqa: F811
    """A renewal for which an earn rule gives points, beside none of the tier's."""
    rule = EarnRule.objects.create(code="renewed", name="Thank you")
    said = {"kind": "renewal", "effect": "rate", "points": 1, "per_minor": 100}
    approvals.approve(
        earn_rules.propose(rule, said, effective_at=clock.now(), reason="agreed", author=planner), by=director
    )
    payment = shop.pay(renew(renewable))
    assert run("points.orders") == 1
    return payment


def test_the_points_go_when_the_refund_is_written_and_no_word_of_the_provider_takes_them_again(
    bought: Payment, finance: User, director: User
) -> None:
    earned = EarnOccasion.objects.get().earned
    assert earned is not None
    back = refund(bought, 10_000, by=finance, agreed=director)
    assert run(TAKE) == 1
    for said in (Said.REFUND_FAILED, Said.REFUNDED, Said.REFUNDED, Said.REFUND_FAILED):
        settlement.hear(bought.gateway, Word(said, back.reference, gateway_reference="g-1"))
        assert run(TAKE) == 0
    assert [row.points for row in earned.reversals.all()] == [-100]


def test_what_was_spent_meanwhile_is_owed_as_after_a_return(
    bought: Payment, finance: User, director: User, wanqing: Member
) -> None:
    earned = EarnOccasion.objects.get().earned
    assert earned is not None
    with clock.stopped(clock.now() + dt.timedelta(days=10)):
        points.mature(wanqing, on=clock.today())
        points.spend(wanqing, earned.points, cause=cause())
        refund(bought, 10_000, by=finance, agreed=director)
        assert run(TAKE) == 1
    assert (balances(wanqing), broken()) == ((0, 0, 0, 100), [])


def test_the_page_of_points_says_of_which_refund_they_went(
    bought: Payment, finance: User, director: User, her_phone: Client
) -> None:
    refund(bought, 10_000, by=finance, agreed=director)
    run(TAKE)
    shown: Any = her_phone.get("/me/points/", headers={"accept-language": "en"}).content.decode()
    assert bought.order.number in shown
    assert f"¥100.00 of {show.money(bought.amount_minor)} paid for it went back" in shown
