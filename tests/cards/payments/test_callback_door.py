"""The door for callbacks and the sandbox's page and deliveries, over HTTP (CARD-09)."""

import datetime as dt
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cards.jobs import buying
from cards.models import GatewayEvent, Order, Product, SandboxCallback, SandboxCharge
from cards.payments import callbacks, signatures
from cards.payments.sandbox import delivery, provider
from core import clock
from members.models import Member
from tests.cards.shop import charge_of, pay, place, start

pytestmark = pytest.mark.django_db
DOOR = "/pay/sandbox/callback/"


def post(row: SandboxCallback, *, door: str = DOOR, **changed: str) -> Any:
    body = row.body.encode()
    signed = signatures.headers(
        body, secret="whsec_ZGVtby1vbmx5LXNhbmRib3gtc2VjcmV0", message_id=row.event_id,
        timestamp=int(clock.now().timestamp()),
    )  # fmt: skip
    return Client().post(door, body, content_type="application/json", headers={**signed, **changed})


@pytest.fixture
def row(buyer: Member, product: Product) -> SandboxCallback:
    payment = pay(place(buyer, product), deliver=False)
    found: SandboxCallback = charge_of(payment).callbacks.get()
    return found


def state() -> str:
    return str(Order.objects.get().state)


def test_a_signed_callback_is_acted_on_and_a_repeat_answers_the_same(row: SandboxCallback) -> None:
    for _ in range(3):
        answer = post(row)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "settled"})
    assert state() == "fulfilled"
    assert GatewayEvent.objects.count() == 1


def test_a_bad_signature_is_401_and_changes_nothing(row: SandboxCallback) -> None:
    assert post(row, **{"webhook-signature": "v1,AAAA"}).status_code == 401
    assert state() == "placed"
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"kind": "payment.paid", "data": 7}', "\x00", "{" * 1000])
def test_a_signed_body_that_makes_no_sense_is_refused(db: None, body: str) -> None:
    row = SandboxCallback(event_id="evt_1", body=body)
    assert post(row).status_code == 401


def test_too_much_is_refused_before_it_is_read(row: SandboxCallback) -> None:
    row.body = "x" * (callbacks.LARGEST_BODY + 1)
    assert post(row).status_code == 413


def test_only_post_and_only_known_providers(row: SandboxCallback) -> None:
    assert Client().get(DOOR).status_code == 405
    assert post(row, door="/pay/unknown/callback/").status_code == 404


def test_the_payers_page_decides_once(buyer: Member, product: Product) -> None:
    charge = charge_of(start(place(buyer, product)))
    client = Client()
    address = reverse("sandbox:pay", args=[charge.token])
    assert client.get(address).status_code == 200
    for outcome in ("paid", "cancelled", "nonsense"):
        client.post(address, {"outcome": outcome, "callback": "twice"})
    charge.refresh_from_db()
    assert charge.state == SandboxCharge.State.PAID
    assert charge.callbacks.count() == 2
    assert client.get(reverse("sandbox:pay", args=["unknown"])).status_code == 404


def test_a_charge_that_is_closed_cannot_be_paid(buyer: Member, product: Product) -> None:
    charge = charge_of(start(place(buyer, product)))
    with clock.stopped(charge.closes_at):
        assert provider.decide(charge, "paid").state == SandboxCharge.State.CANCELLED


class Shop(http.server.BaseHTTPRequestHandler):
    """A merchant that answers as told."""

    answers: list[int] = []
    seen: list[str] = []

    def do_POST(self) -> None:
        type(self).seen.append(self.headers["webhook-id"])
        self.send_response(type(self).answers.pop(0))
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def merchant() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Shop.seen = []
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_a_callback_is_repeated_with_growing_pauses_until_it_is_answered(row: SandboxCallback, merchant: str) -> None:
    SandboxCharge.objects.update(notify_url=merchant)
    Shop.answers = [500, 302, 200]
    now = clock.now()
    delivered = []
    for seconds in (0, 1, 5, 6, 40, 41, 4_000):
        with clock.stopped(now + dt.timedelta(seconds=seconds + 1)):
            delivered.append(delivery.deliver_due())
    assert delivered == [0, 0, 0, 0, 1, 0, 0]
    assert len(Shop.seen) == 3
    assert len(set(Shop.seen)) == 1


def test_a_late_callback_waits_half_a_minute_and_never_means_never(buyer: Member, product: Product) -> None:
    payment = start(place(buyer, product))
    provider.decide(charge_of(payment), "paid", callback="late")
    due = charge_of(payment).callbacks.get().due_at
    assert dt.timedelta(seconds=29) < due - clock.now() <= dt.timedelta(seconds=30)
    assert buying.deliver_sandbox_callbacks() == 0
