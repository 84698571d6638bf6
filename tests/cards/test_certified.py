"""What a clerk may do only with a certificate, at the counter and behind it (CARD-26 · A3.2.1)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cards.models import Card, Order, Product, Refund
from cards.operations import counter_activation, counter_renewal, counter_sale
from cards.payments import refunds
from core import certifying, clock, competence
from core.competence import NotCertified
from core.models import Competence, Store, User
from members.models import LegalText, Member
from tests.cards import shop
from tests.cards.counter_cast import ID_NUMBER
from tests.cards.renewal.conftest import make_card
from tests.factories import LegalTextFactory

pytestmark = pytest.mark.django_db
Demand = Callable[..., Competence]


@pytest.fixture
def demand(director: User) -> Demand:
    """`demand("counter.sell", subject="city")`: a certificate is asked for, and nobody holds it."""

    def asked(right: str, subject: str = "") -> Competence:
        of, _ = Competence.objects.get_or_create(code=right.replace(".", "-"), defaults={"name": f"For {right}"})
        certifying.demand(of, right=right, subject=subject, starts_on=clock.today(), reason="Rule", by=director)
        return of

    return asked


def certify(user: User, of: Competence, by: User) -> None:
    certifying.award_by_hand(user, of, awarded_on=clock.today(), reason="Shown", by=by)


def sell(member: Member, product: Product, store: Store, clerk: User, key: str = "sale") -> counter_sale.Sale:
    (number,) = shop.stock(product.series, 1, store=store)
    return counter_sale.sell(
        member, product=product, card_number=number.number, agreed=shop.agreed(),
        pay=counter_sale.Money(tendered_minor=130_000), clerk=clerk, store=store, key=key,
    )  # fmt: skip


def shown() -> counter_activation.Shown:
    agreement = LegalTextFactory.create(kind=LegalText.Kind.CARD_AGREEMENT)
    return counter_activation.Shown(
        proof="ING7", document_kind="resident_id", document_number=ID_NUMBER, agreed=agreement, language="en",
        keeps_number=False,
    )  # fmt: skip


def test_nobody_sells_without_the_certificate_and_nothing_is_booked(
    buyer: Member, product: Product, store: Store, clerk: User, director: User, demand: Demand
) -> None:
    of = demand("counter.sell")
    with pytest.raises(NotCertified):
        sell(buyer, product, store, clerk)
    assert not Order.objects.exists()
    certify(clerk, of, director)
    assert sell(buyer, product, store, clerk).order.seller == clerk


def test_a_sale_that_was_made_is_answered_again_after_the_certificate_has_gone(
    buyer: Member, product: Product, store: Store, clerk: User, director: User, demand: Demand
) -> None:
    done = sell(buyer, product, store, clerk)
    demand("counter.sell")
    competence.forget(clerk)
    assert sell(buyer, product, store, clerk).order == done.order
    with pytest.raises(NotCertified):
        sell(buyer, product, store, clerk, key="another")


def test_a_certificate_can_be_asked_for_one_product_alone(
    buyer: Member, product: Product, store: Store, clerk: User, demand: Demand
) -> None:
    dear = shop.make_product("dear")
    demand("counter.sell", subject="dear")
    with pytest.raises(NotCertified):
        sell(buyer, dear, store, clerk)
    assert sell(buyer, product, store, clerk).card
    assert {
        key: [str(one) for one in lacking] for key, lacking in competence.closed(clerk, {"counter.sell"}).items()
    } == {("counter.sell", "dear"): ["For counter.sell"]}


def test_nobody_activates_without_the_certificate(
    sold: Card, store: Store, clerk: User, director: User, demand: Demand
) -> None:
    of = demand("counter.activate", subject=sold.product.code)
    papers = shown()
    with pytest.raises(NotCertified):
        counter_activation.complete(sold, papers, clerk=clerk, store=store, phone_proved=False)
    sold.refresh_from_db()
    assert sold.state == Card.State.ISSUED
    certify(clerk, of, director)
    done = counter_activation.complete(sold, papers, clerk=clerk, store=store, phone_proved=False)
    assert done.card.state == Card.State.ACTIVE


def test_nobody_renews_at_the_counter_without_the_certificate(
    wanqing: Member, product: Product, store: Store, clerk: User, director: User, demand: Demand
) -> None:
    card, of = make_card(wanqing, product), demand("counter.renew")
    told: dict[str, Any] = {
        "years": 1, "parts": 1, "key": "till", "agreed": shop.agreed(), "clerk": clerk, "store": store,
        "pay": counter_sale.Money(tendered_minor=500_000),
    }  # fmt: skip
    with pytest.raises(NotCertified):
        counter_renewal.renew(card, **told)
    certify(clerk, of, director)
    assert counter_renewal.renew(card, **told).paid_minor


def test_nobody_refunds_without_the_certificate(
    buyer: Member, product: Product, store: Store, clerk: User, finance: User, director: User, demand: Demand
) -> None:
    payment = sell(buyer, product, store, clerk).order.payments.get()
    of = demand("cards.refund_payment")
    with pytest.raises(NotCertified):
        refunds.request(payment, amount_minor=100, reason="Goodwill", by=finance)
    certify(finance, of, director)
    assert isinstance(refunds.request(payment, amount_minor=100, reason="Goodwill", by=finance), Refund)


def test_the_member_buys_online_whoever_is_certified(buyer: Member, product: Product, demand: Demand) -> None:
    demand("counter.sell")
    assert shop.place(buyer, product).state == Order.State.PLACED


def test_the_counter_says_at_once_what_is_shut(at_counter: Client, sold: Card, demand: Demand) -> None:
    demand("counter.activate")
    home = at_counter.get(reverse("counter:home")).content.decode()
    assert home.count("data-shut") == 1
    assert "needs the certificate “For counter.activate”" in home
    panel = at_counter.get(reverse("counter:card", args=[sold.public_id])).content.decode()
    assert "data-shut" in panel
    assert reverse("counter:activate_card", args=[sold.public_id]) not in panel


@pytest.mark.parametrize(
    ("right", "address"),
    [("counter.activate", "counter:activate"), ("counter.renew", "counter:renew"), ("counter.sell", "counter:sell")],
)
def test_a_verb_that_is_shut_says_so_before_anything_is_typed(
    at_counter: Client, right: str, address: str, demand: Demand
) -> None:
    assert at_counter.get(reverse(address)).status_code == 200
    demand(right)
    answer = at_counter.get(reverse(address))
    assert answer.status_code == 409
    assert 'data-code="not_certified"' in answer.content.decode()
    assert "<input" not in answer.content.decode().split('id="stage"')[1].split("</section>")[0]


def test_the_form_of_a_card_that_is_shut_says_so_too(at_counter: Client, sold: Card, demand: Demand) -> None:
    demand("counter.activate", subject=sold.product.code)
    assert at_counter.get(reverse("counter:activate")).status_code == 200, "other cards may be activated"
    answer = at_counter.get(reverse("counter:activate_card", args=[sold.public_id]))
    assert answer.status_code == 409
    assert "not_certified" in answer.content.decode()


def test_a_form_sent_all_the_same_is_refused_with_the_reason(at_counter: Client, sold: Card, demand: Demand) -> None:
    demand("counter.activate")
    LegalTextFactory.create(kind=LegalText.Kind.CARD_AGREEMENT)
    typed = {
        "document_kind": "resident_id",
        "document_number": ID_NUMBER,
        "agreed": "on",
        "proof": "ING7",
    }
    answer = at_counter.post(reverse("counter:activate_card", args=[sold.public_id]), typed)
    assert answer.status_code in {409, 422}
    sold.refresh_from_db()
    assert sold.state == Card.State.ISSUED


def test_a_product_that_is_shut_cannot_be_chosen(at_counter: Client, product: Product, demand: Demand) -> None:
    shop.make_product("dear")
    demand("counter.sell", subject="dear")
    page = at_counter.get(reverse("counter:sell")).content.decode()
    dear = page.split('id="product-dear"')[1].split(">")[0]
    city = page.split('id="product-city"')[1].split(">")[0]
    assert "disabled" in dear
    assert "disabled" not in city
    assert "checked" in city
    assert "not yet, it needs the certificate “For counter.sell”" in page


def test_a_requirement_of_tomorrow_shuts_nothing_today(at_counter: Client, director: User) -> None:
    of = Competence.objects.create(code="soon", name="Soon")
    tomorrow = clock.today() + dt.timedelta(days=1)
    certifying.demand(of, right="counter.sell", starts_on=tomorrow, reason="Rule", by=director)
    assert "data-shut" not in at_counter.get(reverse("counter:home")).content.decode()
