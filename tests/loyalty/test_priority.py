"""Higher tiers may buy and redeem earlier what is new (LOY-15 · B8.3)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cards.models import Card, Channel, LaunchPlan, Order, Product
from cards.operations import counter_sale, orders, products
from cards.operations.counter_sale import Money
from cards.queries import launches
from core import approvals, clock, parameter_revisions
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import RewardOrder
from loyalty.queries import rewards as reward_rows
from members.models import Member
from tests import factories
from tests.cards import products as shelf
from tests.cards import shop
from tests.loyalty.benefits_cast import on_tier
from tests.loyalty.conftest import balances
from tests.loyalty.shelf import gift, reserve, rich

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
LAUNCH = dt.date(2026, 11, 25)  # a Wednesday, two days after `on_a_monday`
TUESDAY, WEDNESDAY = dt.timedelta(days=1), dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def _fresh_showcase() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def planned(product: Product, *, pilot: Store | None = None) -> Product:
    """The product on sale with its launch day on Wednesday."""
    channels = [Channel.WEB, Channel.STORE]
    plan = LaunchPlan.objects.create(version=shelf.offered(product), launch_on=LAUNCH, channels=channels)
    if pilot is not None:
        plan.pilot_stores.set([pilot])
    return product


def page_of(client: Client, path: str) -> str:
    return client.get(path, headers=ENGLISH).content.decode()


def refused(act: Any, *args: Any, **named: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as error:
        act(*args, **named)
    return error.value


@pytest.mark.parametrize(("tier", "opens_on"), [("normal", LAUNCH), ("silver", LAUNCH - TUESDAY)])
def test_an_order_before_the_tiers_day_is_refused_and_says_when(
    buyer: Member, product: Product, on_a_monday: dt.datetime, tier: str, opens_on: dt.date
) -> None:
    on_tier(buyer, tier)
    error = refused(shop.place, buyer, planned(product))
    assert isinstance(error, Refusal)
    assert (error.code, error.allowed_from, Order.objects.count()) == ("sold_later", opens_on, 0)


@pytest.mark.parametrize("tier", ["gold", "platinum"])
def test_a_tier_with_a_head_start_buys_before_the_launch_day(
    buyer: Member, product: Product, on_a_monday: dt.datetime, tier: str
) -> None:
    on_tier(buyer, tier)
    assert shop.place(buyer, planned(product)).state == "placed"


def test_from_the_launch_day_on_everybody_buys(buyer: Member, product: Product, noon: dt.datetime) -> None:
    planned(product)
    with clock.stopped(noon + TUESDAY):
        assert refused(shop.place, buyer, product).code == "sold_later"
    with clock.stopped(noon + WEDNESDAY):
        assert shop.place(buyer, product).state == "placed"


def test_the_head_start_is_what_the_parameter_in_force_says(
    buyer: Member,
    product: Product,
    planner: User,
    director: User,
    noon: dt.datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    tiers = [{"tier": "gold", "days_ahead": 14, "head_start": 1}, {"tier": "silver", "days_ahead": 7}]
    with clock.stopped(noon), django_capture_on_commit_callbacks(execute=True):
        asked = parameter_revisions.propose(
            "service", values={"by_tier": tiers}, effective_on=LAUNCH - TUESDAY, reason="shorter", author=planner
        )
        approvals.approve(asked, by=director)
    planned(product)
    on_tier(buyer, "gold")
    with clock.stopped(noon):
        assert shop.place(buyer, product, key="by the old one").state == "placed"
        orders.cancel(Order.objects.get(), by=buyer.user)
    on_tier(buyer, "silver")
    with clock.stopped(noon + TUESDAY):
        assert refused(shop.place, buyer, product).code == "sold_later"
        on_tier(buyer, "gold")
        assert shop.place(buyer, product).state == "placed"


def test_the_tier_a_card_asks_for_is_the_tier_its_buyer_stands_on(buyer: Member) -> None:
    product = shop.make_product("gilded", min_tier="gold")
    assert refused(shop.place, buyer, product).code == "not_eligible_min_tier"
    on_tier(buyer, "platinum")
    assert shop.place(buyer, product).state == "placed"


def test_a_new_card_goes_on_sale_for_the_first_tier_and_a_revision_on_its_own_day(
    planner: User, director: User, noon: dt.datetime
) -> None:
    with clock.stopped(noon):
        version = shelf.approved(by=planner, approver=director)
        LaunchPlan.objects.filter(version=version).update(launch_on=noon.date() + dt.timedelta(days=4))
        assert launches.due(clock.today()) == []
        assert refused(products.go_on_sale, version.product, by=planner).code == "launch_not_due"
    with clock.stopped(noon + TUESDAY):
        assert shelf.swept("products.launch") == 1
        product = Product.objects.get(pk=version.product_id)
        assert product.state == "on-sale"
        second = shelf.approved_revision(product, by=planner, approver=director)
        LaunchPlan.objects.filter(version=second).update(launch_on=clock.today() + TUESDAY)
        assert launches.due(clock.today()) == []
        assert refused(products.go_on_sale, product, by=planner).code == "launch_not_due"


def test_a_pilot_store_goes_on_selling_to_everybody(
    buyer: Member,
    product: Product,
    store: Store,
    other_store: Store,
    clerk: User,
    other_clerk: User,
    on_a_monday: dt.datetime,
) -> None:
    planned(product, pilot=store)
    number = shop.stock(product.series, 1, store=store)[0]
    sale: dict[str, Any] = {"product": product, "card_number": number.number, "agreed": shop.agreed(), "key": "sale"}
    sold = counter_sale.sell(buyer, **sale, pay=Money(tendered_minor=130_000), clerk=clerk, store=store)
    assert sold.card.state == "issued"
    asked = {"key": "b", "channel": Channel.STORE, "seller": other_clerk, "store": other_store}
    assert refused(shop.place, factories.MemberFactory.create(), product, **asked).code == "sold_later"


def test_the_page_of_the_card_says_from_when_for_whom_and_for_the_reader(
    client: Client, buyer: Member, product: Product, on_a_monday: dt.datetime
) -> None:
    planned(product)
    for page in ("/", "/cards/", "/cards/city/"):
        text = page_of(client, page)
        assert "25\N{NO-BREAK SPACE}November 2026" in text
        day = "from 23\N{NO-BREAK SPACE}November 2026"
        assert f"for Gold {day}" in text or f"<dt>Gold</dt><dd>{day}</dd>" in text
        assert "Yours" not in text
    assert buyer.user is not None
    client.force_login(buyer.user)
    assert "Yours from 25\N{NO-BREAK SPACE}November 2026: you are Normal." in page_of(client, "/cards/city/")
    on_tier(buyer, "gold")
    assert "Yours already: you are Gold." in page_of(client, "/cards/city/")


def test_the_application_of_one_who_is_too_early_says_when_and_takes_nothing(
    client: Client, buyer: Member, product: Product, on_a_monday: dt.datetime
) -> None:
    planned(product)
    stranger = client.get("/cards/city/buy/", headers=ENGLISH)
    assert stranger.status_code == 200
    assert "Everybody can buy this card from 25\N{NO-BREAK SPACE}November 2026." in stranger.content.decode()
    assert "/login/?next=/cards/city/buy/" in stranger.content.decode()
    assert client.post("/cards/city/buy/", {"step": "look"}).status_code == 409
    assert buyer.user is not None
    client.force_login(buyer.user)
    assert 'name="agree"' not in page_of(client, "/cards/city/buy/")
    on_tier(buyer, "gold")
    assert 'name="agree"' in page_of(client, "/cards/city/buy/")
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    ("tier", "code"), [("normal", "reward_not_yet"), ("silver", "reward_not_yet"), ("gold", ""), ("platinum", "")]
)
def test_a_reward_that_comes_on_offer_is_redeemed_earlier_by_higher_tiers(
    wanqing: Member, store: Store, on_a_monday: dt.datetime, tier: str, code: str
) -> None:
    reward = gift(store=store, starts_on=LAUNCH)
    on_tier(rich(wanqing), tier)
    [offered] = reward_rows.catalogue(wanqing)
    assert offered.code == code
    assert offered.opening is not None
    if code:
        error = refused(reserve, wanqing, reward, store)
        days = {"normal": 0, "silver": 1}[tier]
        assert (error.code, error.params["day"]) == (code, LAUNCH - dt.timedelta(days=days))
        assert offered.mine_from == error.params["day"]
        assert (balances(wanqing), RewardOrder.objects.count()) == ((1_000, 0, 0, 0), 0)
    else:
        assert reserve(wanqing, reward, store).state == "reserved"


def test_the_catalogue_tells_a_member_from_when_a_reward_is_hers(
    client: Client, wanqing: Member, store: Store, on_a_monday: dt.datetime
) -> None:
    gift(store=store, starts_on=LAUNCH)
    rich(wanqing)
    assert wanqing.user is not None
    client.force_login(wanqing.user)
    assert "yours from 25\N{NO-BREAK SPACE}November 2026" in page_of(client, "/me/rewards/")
    on_tier(wanqing, "platinum")
    assert "yours already, for everybody from 25\N{NO-BREAK SPACE}November 2026" in page_of(client, "/me/rewards/")
    page = page_of(client, "/me/rewards/cup/")
    assert (
        "On offer from 25\N{NO-BREAK SPACE}November 2026; for Platinum from 22\N{NO-BREAK SPACE}November 2026" in page
    )


def test_the_offer_of_an_order_does_not_change_with_the_tier_afterwards(
    buyer: Member, product: Product, on_a_monday: dt.datetime
) -> None:
    on_tier(buyer, "gold")
    planned(product)
    order = shop.place(buyer, product, key="k")
    on_tier(buyer, "normal")
    assert shop.place(buyer, product, key="k") == order
    assert orders.cancel(order, by=buyer.user).state == "cancelled"
