"""For 72 hours after her phone changed nothing of value is spent (design/invariants.md part 3)."""

import datetime as dt

import pytest
from django.test import Client
from django.utils.html import escape

from cards.models import Card, RenewalCharge
from cards.operations import mandates, uses
from core import clock, show
from core.models import Store, User
from core.refusals import Refusal
from members.models import Member
from members.operations import legal, people
from members.operations.codes import Address
from tests.cards import shop
from tests.cards.factories import ActiveCardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.cards.products import refused
from tests.cards.renewal.conftest import ENDS, at, make_card
from tests.cards.renewal.test_auto_renewal import ANNOUNCED, CHARGED, DAY, agree, agreed, kept, nights

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
RESTS = dt.timedelta(hours=72)


def change_phone(member: Member, phone: str = "+8613900001111") -> None:
    assert member.user is not None
    people.change_address(member, verified=Address("sms", phone), by=member.user)


@pytest.fixture
def card(wanqing: Member) -> Card:
    return ActiveCardFactory.create(order_line=LineFactory.create(order=OrderFactory.create(member=wanqing)))


@pytest.fixture
def renewable(wanqing: Member) -> Card:
    legal.publish_shipped()
    return make_card(wanqing, shop.make_product())


def test_no_benefit_is_used_and_the_refusal_says_why_and_until_when(
    card: Card, wanqing: Member, store: Store, clerk: User
) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    with clock.stopped(NOON):
        change_phone(wanqing)
    with clock.stopped(NOON + RESTS - dt.timedelta(seconds=1)):
        with pytest.raises(Refusal) as no:
            uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
        assert (no.value.code, no.value.allowed_from) == ("spending_rests", NOON + RESTS)
        assert "phone number has just changed" in str(no.value)
        assert show.moment(NOON + RESTS) in str(no.value)
    with clock.stopped(NOON + RESTS):
        assert uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a").pk


def test_a_use_recorded_before_the_change_is_answered_when_repeated(
    card: Card, wanqing: Member, store: Store, clerk: User
) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    first = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a")
    change_phone(wanqing)
    assert uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a") == first


def test_a_new_e_mail_address_stops_nothing(card: Card, wanqing: Member, store: Store, clerk: User) -> None:
    breakfast = EntitlementFactory.create(version=card.version)
    assert wanqing.user is not None
    people.change_address(wanqing, verified=Address("email", "new@example.com"), by=wanqing.user)
    assert uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="a").pk


def test_counter_and_wallet_say_it_before_anything_is_tried(
    card: Card, wanqing: Member, clerk: User, client: Client
) -> None:
    EntitlementFactory.create(version=card.version)
    change_phone(wanqing)
    wanqing.refresh_from_db()
    assert wanqing.phone_changed_at is not None
    until = escape(show.moment(wanqing.phone_changed_at + RESTS))
    assert wanqing.user is not None
    for user, address in ((clerk, f"/counter/cards/{card.public_id}/"), (wanqing.user, f"/me/cards/{card.public_id}/")):
        client.force_login(user)
        page = client.get(address, headers={"accept-language": "en"}, follow=True).content.decode()
        assert until in page, address
        assert "data-benefit" not in page


def test_a_kept_means_of_payment_is_not_signed_over_meanwhile(renewable: Card, wanqing: Member) -> None:
    kept(renewable)
    with at(dt.date(2026, 2, 1)):
        change_phone(wanqing)
        with refused("spending_rests"):
            mandates.agree(renewable, member=wanqing, agreed=agreed())
    with at(dt.date(2026, 2, 4)):
        assert mandates.agree(renewable, member=wanqing, agreed=agreed()).ended_at is None


def test_an_announced_charge_waits_until_spending_is_free_again(renewable: Card, wanqing: Member) -> None:
    agree(renewable)
    nights(ANNOUNCED, CHARGED - DAY)
    with at(CHARGED - DAY, hour=20):
        change_phone(wanqing)
    nights(CHARGED, CHARGED + 2 * DAY)
    assert RenewalCharge.objects.get().order is None
    nights(CHARGED + 3 * DAY, ENDS)
    renewable.refresh_from_db()
    assert renewable.last_valid_on == dt.date(2028, 1, 21)
