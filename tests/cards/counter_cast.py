"""What stands on a counter in the tests: a card in use, a card waiting, and the browsers of those who meet there."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from cards.models import Card, Entitlement
from core import clock
from core.models import Store, User
from members.models import IdentityDocument, Member
from tests.cards.factories import ActiveCardFactory, CardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.factories import IdentityDocumentFactory

ID_NUMBER = "11010519491231002X"
OTHER_ID_NUMBER = "440524199001010026"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=clock.zone())


@pytest.fixture
def card(wanqing: Member) -> Card:
    """Wanqing's card in use."""
    return ActiveCardFactory.create(order_line=LineFactory.create(order=OrderFactory.create(member=wanqing)))


@pytest.fixture
def breakfast(card: Card) -> Entitlement:
    """Two breakfasts a day, thirty in a card year."""
    return EntitlementFactory.create(
        version=card.version, code="breakfast", name="Breakfast", name_zh_hans="早餐", per_day=2, per_card=30
    )


@pytest.fixture
def sold(wanqing: Member, store: Store) -> Card:
    """A card that Wanqing bought online and that waits for activation."""
    line = LineFactory.create(order=OrderFactory.create(member=wanqing, number="261123WAITING7"))
    EntitlementFactory.create(version=line.version, code="lounge", name="Lounge", per_month=4)
    return CardFactory.create(order_line=line)


@pytest.fixture
def document(wanqing: Member) -> IdentityDocument:
    return IdentityDocumentFactory.create(member=wanqing, number=ID_NUMBER)


@pytest.fixture
def at_counter(client: Client, clerk: User) -> Client:
    """The browser at Nanjing Road, the clerk logged in."""
    client.force_login(clerk)
    return client


@pytest.fixture
def her_phone(wanqing: Member) -> Client:
    """Wanqing's phone, logged in."""
    browser = Client()
    assert wanqing.user is not None
    browser.force_login(wanqing.user)
    return browser


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Limits are counted in the cache, which outlives the rows of a test."""
    cache.clear()
