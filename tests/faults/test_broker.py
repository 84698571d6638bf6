"""The broker is flushed, gone, and back empty while people buy and activate: money and cards do not notice, and every
message leaves once, though two beats strike all the while.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cards.models import Card, Order, Product
from cards.operations import activation
from config import broker
from core import clock, health
from core.models import Message
from members.models import Member
from tests.cards import shop
from tests.cards.test_order_races import buyers
from tests.faults import house
from tests.faults.gateway import Gateway, gateway
from tests.faults.queue import Queue, queue

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
EACH = 6
NOWHERE = "http://127.0.0.1:1"
CELERY = ("-W", "ignore", "-m", "celery", "--app", "config", "--quiet")
QUICK = ("--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle", "--without-heartbeat")


@pytest.fixture
def line(tmp_path: Path, settings: Any) -> Iterator[Queue]:
    """The broker, which the test's own process uses for its cache too, as the web process does."""
    with queue(tmp_path / "q") as one:
        settings.SITE_URL = NOWHERE
        settings.CELERY_BROKER_URL = one.url.replace("unix://", "redis+socket://")
        redis = "django.core.cache.backends.redis.RedisCache"
        settings.CACHES = {"default": {"BACKEND": redis, "LOCATION": broker.cache_beside(one.url)}}
        yield one


def house_of(line: Queue, carrier: Gateway, folder: Path) -> ExitStack:
    """A worker and two beats, started again when they end: Celery ends a worker whose broker went away."""
    told = {"REDIS_URL": line.url, "TESSERA_SITE_URL": NOWHERE, **carrier.settings, **house.home(folder)}
    stack = ExitStack()
    stack.enter_context(house.kept(*CELERY, "worker", *QUICK, **told))
    for name in ("one", "two"):
        stack.enter_context(
            house.kept(*CELERY, "beat", "--pidfile", "", "--schedule", str(folder / name), **told)
        )  # fmt: skip
    return stack


def buy_and_activate(member: Member, product: Product) -> None:
    order = shop.place(member, product)
    shop.pay(order)
    card = Card.objects.get(order_line__order=order)
    document = member.documents.get()
    assert order.acceptance is not None
    activation.activate(
        card, holder=member, document=document, channel="web", proof="code", acceptance=order.acceptance
    )


def all_left() -> bool:
    due = Message.objects.filter(due_at__lte=clock.now())
    return not due.filter(state__in=["queued", "sending"]).exists()


def test_money_does_not_notice_and_messages_leave_once_when_it_is_back(line: Queue, tmp_path: Path) -> None:
    product = shop.make_product(numbers_in_stock=3 * EACH)
    members = buyers(3 * EACH)
    house.set_in_order()
    with gateway() as carrier, house_of(line, carrier, tmp_path):
        for member in members[:EACH]:
            buy_and_activate(member, product)
            line.flush()
        house.wait_for(lambda: carrier.seen, "the first message leaves", 60)
        line.kill()
        for member in members[EACH : 2 * EACH]:
            buy_and_activate(member, product)
        assert health.parts() == {"database": True, "cache": False, "broker": False}
        assert Card.objects.filter(state="active").count() == 2 * EACH
        line.start()
        for member in members[2 * EACH :]:
            buy_and_activate(member, product)
        house.wait_for(all_left, "every message has left", 90)
        assert health.parts() == {"database": True, "cache": True, "broker": True}
    assert Order.objects.filter(state="fulfilled").count() == 3 * EACH
    by_sms = Message.objects.filter(channel="sms", state="sent")
    assert set(carrier.seen) == set(by_sms.values_list("dedup_key", flat=True))
    assert set(carrier.seen.values()) == {1}
    assert set(by_sms.values_list("attempts", flat=True)) == {1}
    assert not Message.objects.filter(state="dead").exists()
    for event in ("order.paid", "order.fulfilled", "card.activated"):
        assert shop.told(event) == 3 * EACH, event
    assert house.broken() == {}
