"""`kill -9` of the web process while buyers pay and callbacks come in, five times each and in any order.

What was acknowledged is never lost; after the restart every paid payment has exactly its order and its card.
"""

import os
import random
import signal
import subprocess
import time
import urllib.parse
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from cards.models import Card, Order, Payment, SandboxCallback, SandboxCharge
from cards.operations import fulfilment, settlement
from cards.payments import signatures
from cards.payments.sandbox import provider
from core import clock
from core.models import Message
from tests.cards import shop
from tests.cards.shop import charge_of, place, start
from tests.cards.test_order_races import buyers
from tests.faults import house

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ORDERS, KILLS, TIMES = 40, 3, 5
TOKEN = "0123456789abcdefghijklmnopqrstuv"


class Browser:
    """A buyer's browser: her session, one form at a time; whatever breaks off is answered with None."""

    def __init__(self, order: Order) -> None:
        client = Client()
        assert order.member.user is not None
        client.force_login(order.member.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}"
        self.order = order

    def pay(self, address: str) -> bool:
        """Choose the provider, then pay on its page; done once the provider says so."""
        page = self._send(address, f"/orders/{self.order.token}/pay/", gateway="sandbox")
        if page is None or not page.startswith("/sandbox-pay/"):
            return False
        return self._send(address, page, outcome="paid", callback="now") is not None

    def _send(self, address: str, path: str, **fields: str) -> str | None:
        """Where the answer leads."""
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": TOKEN, **fields}).encode()
        answer = house.ask(address, path, body=form, headers={"Cookie": self.cookies})
        return answer.headers.get("location") if answer else None


def deliver(address: str, row: SandboxCallback) -> bool:
    """Whether the web process acknowledged the callback."""
    body = row.body.encode()
    signed = signatures.headers(
        body, secret=settings.SANDBOX_SECRET, message_id=row.event_id, timestamp=int(clock.now().timestamp())
    )
    answer = house.ask(address, "/pay/sandbox/callback/", body=body, headers=signed)
    return answer is not None and answer.status == 200


@pytest.fixture
def orders() -> list[Order]:
    product = shop.make_product(numbers_in_stock=ORDERS)
    members = buyers(ORDERS)
    house.set_in_order()
    return [place(member, product) for member in members]


def killed_soon(server: "subprocess.Popen[str]", answers: list["Future[Any]"], chance: random.Random) -> None:
    """Once it has begun to answer, at some moment of the next second."""
    wait(answers, timeout=30, return_when=FIRST_COMPLETED)
    time.sleep(chance.uniform(0.1, 1.2))
    os.killpg(server.pid, signal.SIGKILL)


def waiting() -> list[SandboxCallback]:
    """The callbacks of payments, five times each and shuffled."""
    found = list(SandboxCallback.objects.filter(kind="payment.paid")) * TIMES
    random.Random(len(found)).shuffle(found)
    return found


def test_killed_while_buyers_pay_and_callbacks_come_nothing_is_lost_or_doubled(
    orders: list[Order], tmp_path: Any
) -> None:
    browsers = [Browser(order) for order in orders]
    chance, acknowledged = random.Random(11), set[str]()
    for _ in range(KILLS):
        with house.web(**house.home(tmp_path)) as (server, address), ThreadPoolExecutor(6) as pool:
            unpaid = set(Order.objects.filter(state="placed").values_list("pk", flat=True))
            jobs = [partial(deliver, address, row) for row in waiting()]
            jobs += [partial(one.pay, address) for one in browsers if one.order.pk in unpaid]
            chance.shuffle(jobs)
            answers = {pool.submit(job): job for job in jobs}
            killed_soon(server, list(answers), chance)
            acknowledged |= {
                job.args[1].event_id for answer, job in answers.items() if answer.result() and job.args[1:]
            }
        heard = SandboxCharge.objects.filter(callbacks__event_id__in=acknowledged).values_list("merchant_reference")
        assert not Payment.objects.filter(reference__in=heard).exclude(state="succeeded").exists()
        assert house.broken() == {}
    assert acknowledged, "the kills came before anything was acknowledged"
    with house.web(**house.home(tmp_path)) as (server, address):
        late = [one for one in browsers if not SandboxCharge.objects.filter(
            merchant_reference__in=one.order.payments.values("reference"), state="paid").exists()]  # fmt: skip
        assert all(one.pay(address) for one in late)
        assert all(deliver(address, row) for row in waiting())
    everything_paid_once()
    assert house.broken() == {}


def everything_paid_once() -> None:
    assert SandboxCharge.objects.filter(state="paid").count() == ORDERS
    assert Payment.objects.filter(state="succeeded").count() == Payment.objects.count() == ORDERS
    assert Order.objects.filter(state="fulfilled", paid_minor=129_900, refunded_minor=0).count() == ORDERS
    assert Card.objects.count() == Card.objects.values("order_line__order").distinct().count() == ORDERS
    assert Message.objects.filter(event="order.paid", channel="inbox").count() == ORDERS


@pytest.mark.parametrize("steps", ["together", "one by one"])
def test_what_saves_us_is_that_money_card_and_messages_are_one_commit(
    db: None, monkeypatch: pytest.MonkeyPatch, steps: str
) -> None:
    """The negative control: were the money committed by itself, a death after it would leave it without a card."""
    product = shop.make_product(numbers_in_stock=1)
    payment = start(place(buyers(1)[0], product))
    house.set_in_order()
    provider.decide(charge_of(payment), "paid")
    settle = settlement.settle

    def committed_by_itself(payment: Payment) -> None:
        settle(payment)
        connection.connection.commit()

    def dies(*args: object) -> None:
        raise SystemExit

    if steps == "one by one":
        monkeypatch.setattr(settlement, "settle", committed_by_itself)
    monkeypatch.setattr(fulfilment, "_issue", dies)
    with pytest.raises(SystemExit):
        shop.arrive(payment)
    payment.refresh_from_db()
    assert (payment.state, Card.objects.count()) == ("created" if steps == "together" else "succeeded", 0)
    assert set(house.broken()) == (set() if steps == "together" else {"18"})
