"""Purchases and returns of moments that nobody means: recorded or refused, and every page still opens."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core.api import clients
from core.models import Store, User
from loyalty.models import Purchase, PurchaseReturn
from members.models import Member
from tests.loyalty.conftest import broken
from tests.loyalty.test_api import BODY, EVERYTHING, Till

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
LONG_AGO = ["0002-01-01T00:00:00Z", "0002-01-01T00:00:00+14:00", "0004-02-29T23:59:59Z", "1582-10-10T12:00:00+08:00",
            "1900-01-01T00:00:00+08:05", "1969-12-31T23:59:59Z"]  # fmt: skip
NEVER = ["9999-12-31T23:59:59Z", "2027-01-01T00:00:00+08:00", "2026-11-23T12:06:00+08:00"]


@pytest.fixture
def register(administrator: User, store: Store, wanqing: Member) -> Till:
    cache.clear()
    return Till(*clients.make("Till 4", EVERYTHING, by=administrator))


def pages(her: Client, office: Client, member: Member) -> None:
    for path in ("/me/points/", "/me/tier/", "/me/rewards/"):
        assert her.get(path).status_code == 200
    shown = Purchase.objects.values_list("pk", flat=True)
    base = "/admin/loyalty/purchase/"
    for path in (f"{base}?member__id__exact={member.pk}", *(f"{base}{purchase}/change/" for purchase in shown)):
        assert office.get(path).status_code == 200


@pytest.mark.parametrize("at", LONG_AGO)
def test_a_purchase_of_long_ago_is_recorded_or_refused(
    register: Till,
    her_phone: Client,
    director: User,
    wanqing: Member,
    at: str,
) -> None:
    office = Client()
    office.force_login(director)
    answer = register.post("purchases", BODY | {"occurred_at": at})
    assert answer.status_code in (201, 400), answer.content
    batch = register.post("purchases:batch", {"purchases": [BODY | {"occurred_at": at, "external_id": "T4-2"}]})
    assert batch.status_code == 200
    assert Purchase.objects.count() in (0, 2)
    pages(her_phone, office, wanqing)
    assert broken() == []


@pytest.mark.parametrize("at", NEVER)
def test_what_has_not_happened_yet_is_neither_bought_nor_brought_back(
    register: Till,
    her_phone: Client,
    director: User,
    wanqing: Member,
    at: str,
) -> None:
    office = Client()
    office.force_login(director)
    answer = register.post("purchases", BODY | {"occurred_at": at})
    assert (answer.status_code, answer.json()["code"]) == (400, "purchase_in_the_future")
    bought = register.post("purchases", BODY).json()["id"]
    back: dict[str, Any] = {"external_id": "B-1", "occurred_at": at}
    answer = register.post(f"purchases/{bought}/returns", back)
    assert (answer.status_code, answer.json()["code"]) == (400, "return_in_the_future")
    assert not PurchaseReturn.objects.exists()
    pages(her_phone, office, wanqing)
