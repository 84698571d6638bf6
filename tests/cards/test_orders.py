"""Placing orders and how they end without money (CARD-07, CARD-08, CARD-10)."""

import datetime as dt
from typing import Any

import pytest

from cards.jobs import buying
from cards.models import Order, Price, Product
from cards.operations import counter_sale, orders
from cards.queries import purchases
from core import audit, clock, sweeps
from core.models import Message, Store, User
from core.refusals import Refusal
from members.models import LegalText, Member
from members.operations import identity
from risk import operations as risk
from risk.models import RiskEvent
from tests import factories
from tests.cards import shop
from tests.cards.shop import agreed, place


def test_price_version_and_agreement_are_frozen_when_the_order_is_placed(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    dearer = Price.objects.get()
    Price.objects.create(product=product, amount_minor=199_900, starts_on=clock.today(), approval_id=dearer.approval_id)
    order.refresh_from_db()
    assert (order.total_minor, order.state) == (129_900, Order.State.PLACED)
    assert order.lines.get().version == product.version
    assert order.acceptance is not None
    assert order.acceptance.text.kind == LegalText.Kind.CARD_AGREEMENT
    assert [event.to_state for event in order.events.all()] == ["placed"]


def test_clicking_twice_makes_one_order(buyer: Member, product: Product) -> None:
    assert place(buyer, product, key="k1") == place(buyer, product, key="k1")
    assert Order.objects.count() == 1
    assert Message.objects.filter(event="order.placed", channel="inbox").count() == 1


def test_the_same_key_for_something_else_is_refused(buyer: Member, product: Product) -> None:
    place(buyer, product, key="k1")
    with pytest.raises(Refusal) as refused:
        place(buyer, product, key="k1", parts=3)
    assert refused.value.code == "key_reused"


def test_the_key_of_another_member_is_another_key(buyer: Member, stranger: Member, product: Product) -> None:
    factories.IdentityDocumentFactory(member=stranger, number="C12345678", kind="passport")
    assert place(buyer, product, key="k1") != place(stranger, product, key="k1")


def test_one_person_buys_no_more_cards_than_allowed(buyer: Member, product: Product) -> None:
    place(buyer, product, key="a")
    with pytest.raises(Refusal) as refused:
        place(buyer, product, key="b")
    assert refused.value.code == "purchase_limit"


def test_an_order_given_up_frees_its_place(buyer: Member, product: Product) -> None:
    orders.cancel(place(buyer, product, key="a"), by=buyer.user)
    assert place(buyer, product, key="b").state == Order.State.PLACED


def test_gifts_do_not_count_for_the_giver(buyer: Member, product: Product) -> None:
    place(buyer, product, key="a")
    gift = orders.Gift("Zhou Lan", "+8613812340003", "For you")
    assert place(buyer, product, key="b", gift=gift).is_gift


def test_a_registered_card_needs_the_buyers_identity(wanqing: Member, product: Product) -> None:
    with pytest.raises(Refusal) as refused:
        place(wanqing, product)
    assert refused.value.code == "identity_needed"


def test_a_bearer_card_asks_for_identity_only_from_the_threshold_on(wanqing: Member, db: None) -> None:
    cheap = shop.make_product("cheap", is_registered=False, price_minor=999_999)
    dear = shop.make_product("dear", is_registered=False, price_minor=1_000_000)
    assert place(wanqing, cheap, key="a").document is None
    with pytest.raises(Refusal) as refused:
        place(wanqing, dear, key="b")
    assert refused.value.code == "identity_needed"


def test_what_is_not_on_sale_cannot_be_bought(buyer: Member, product: Product) -> None:
    Product.objects.update(state=Product.State.SUSPENDED)
    with pytest.raises(Refusal) as refused:
        place(buyer, product)
    assert refused.value.code == "not_on_sale"


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"min_age": 99}, "not_eligible_min_age"),
        ({"min_spend_minor": 1}, "not_eligible_min_spend"),
        ({"min_visits": 1}, "not_eligible_min_visits"),
        ({"min_tier": "gold"}, "not_eligible_min_tier"),
        ({"by_invitation": True}, "not_eligible_invitation"),
    ],
)
def test_whoever_does_not_meet_a_condition_is_told_which(buyer: Member, condition: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        place(buyer, shop.make_product(**condition))
    assert refused.value.code == code
    assert str(refused.value)


GIRL, WOMAN = "110105201803070023", "110105198803070029"


@pytest.mark.parametrize(
    ("number", "typed", "fits"),
    [(WOMAN, None, True), (WOMAN, "2018-03-07", True), (GIRL, None, False), (GIRL, "1988-03-07", False)],
)
def test_age_is_read_from_the_identity_card_whatever_was_typed(
    wanqing: Member, number: str, typed: str | None, fits: bool
) -> None:
    wanqing.birth_on = typed
    wanqing.save(update_fields=["birth_on"])
    identity.give_document(wanqing, kind="resident_id", number=number)
    assert purchases.facts_of(wanqing).age == (38 if number == WOMAN else 8)
    product = shop.make_product(min_age=18)
    if fits:
        assert place(wanqing, product).state == Order.State.PLACED
    else:
        with pytest.raises(Refusal, check=lambda no: no.code == "not_eligible_min_age"):
            place(wanqing, product)


def test_a_document_that_states_no_birth_date_leaves_what_was_typed(wanqing: Member) -> None:
    factories.IdentityDocumentFactory(member=wanqing, kind="passport", number="E12345678")
    assert purchases.facts_of(wanqing).age == 38
    wanqing.birth_on = None
    assert purchases.facts_of(wanqing).age is None


def test_a_withdrawn_document_no_longer_tells_the_age(wanqing: Member) -> None:
    wanqing.birth_on = None
    wanqing.save(update_fields=["birth_on"])
    document = identity.give_document(wanqing, kind="resident_id", number=WOMAN)
    identity.forget_number(document, by=None)
    assert purchases.facts_of(wanqing).age is None


def test_an_outdated_agreement_is_not_accepted(buyer: Member, product: Product) -> None:
    old = agreed()
    LegalText.objects.create(
        kind=LegalText.Kind.CARD_AGREEMENT, version=99, effective_on=clock.today(), bodies=old.text.bodies
    )
    with pytest.raises(Refusal) as refused:
        orders.place(buyer, product=product, key="k", agreed=old)
    assert refused.value.code == "agreement_changed"


def test_a_member_on_hold_cannot_buy(buyer: Member, product: Product) -> None:
    risk.place_hold(subject=audit.label_of(buyer), scope="purchase", reason="chargebacks", by=None, member=buyer)
    with pytest.raises(Refusal) as refused:
        place(buyer, product)
    assert refused.value.code == "purchase_on_hold"


def test_a_clerk_sells_only_for_his_store(buyer: Member, product: Product, clerk: User, other_store: Store) -> None:
    with pytest.raises(Refusal) as refused:
        place(buyer, product, seller=clerk, store=other_store, channel="store")
    assert refused.value.status == 403


@pytest.mark.parametrize("field", ["price", "Amount", "discount", "unit_price"])
def test_whoever_posts_a_price_is_refused_and_recorded(db: None, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        counter_sale.refuse_price(["phone", field], where="counter")
    assert refused.value.code == "price_is_fixed"
    event = RiskEvent.objects.get(kind="price.tampering")
    assert event.is_alert
    assert event.facts["fields"] == [field.lower()]


def test_an_unpaid_order_lapses_after_its_time_and_not_before(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    assert order.pay_before_at is not None
    with clock.stopped(order.pay_before_at - dt.timedelta(seconds=1)):
        sweeps.run(buying.UnpaidOrders())
        order.refresh_from_db()
        assert order.state == Order.State.PLACED
    with clock.stopped(order.pay_before_at):
        sweeps.run(buying.UnpaidOrders())
        sweeps.run(buying.UnpaidOrders())
    order.refresh_from_db()
    assert order.state == Order.State.EXPIRED
    assert Message.objects.filter(event="order.expired", channel="inbox").count() == 1


def test_an_order_that_is_being_paid_waits_for_the_providers_word(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    shop.start(order)
    assert order.pay_before_at is not None
    with clock.stopped(order.pay_before_at + dt.timedelta(minutes=1)):
        assert orders.expire(order) is False
    with clock.stopped(order.pay_before_at + dt.timedelta(hours=2)):
        assert orders.expire(order) is True


def test_an_order_is_cancelled_once_and_only_while_unpaid(buyer: Member, product: Product) -> None:
    order = place(buyer, product)
    orders.cancel(order, by=buyer.user)
    assert orders.cancel(order, by=buyer.user).state == Order.State.CANCELLED
    Order.objects.update(state=Order.State.FULFILLED)
    with pytest.raises(Refusal) as refused:
        orders.cancel(order, by=buyer.user)
    assert refused.value.code == "order_not_cancellable"
