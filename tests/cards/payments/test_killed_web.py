"""`kill -9` of the web process while payments are being settled: nothing acknowledged is lost, nothing is doubled."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from cards.models import Card, Order, SandboxCallback
from cards.payments import signatures
from cards.payments.sandbox import provider
from core import clock
from core.backup.databases import PostgreSQL
from tests.cards import shop
from tests.cards.shop import assert_whole, charge_of, place, start
from tests.cards.test_order_races import buyers

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ORDERS = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The web process as it runs in production, on the test's database."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TEST_", "PYTEST_"))}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads",
         "4", "--worker-class", "gthread", "--log-level", "error"],
        cwd=settings.BASE_DIR,
        env=environment | {"DATABASE_URL": PostgreSQL().address(connection.settings_dict["NAME"])},
        start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def deliver(port: int, row: SandboxCallback) -> bool:
    """Whether the web process acknowledged the callback."""
    body = row.body.encode()
    signed = signatures.headers(
        body, secret=settings.SANDBOX_SECRET, message_id=row.event_id, timestamp=int(clock.now().timestamp())
    )
    call = urllib.request.Request(f"http://127.0.0.1:{port}/pay/sandbox/callback/", data=body, headers=signed)
    try:
        with urllib.request.urlopen(call, timeout=20) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_a_web_process_killed_while_settling_loses_and_doubles_nothing(db: None) -> None:
    product = shop.make_product(numbers_in_stock=ORDERS)
    rows = []
    for member in buyers(ORDERS):
        charge = charge_of(start(place(member, product)))
        provider.decide(charge, "paid")
        rows.append(charge.callbacks.get())
    acknowledged: set[str] = set()
    chance = random.Random(11)
    for _ in range(4):
        port = free_port()
        with web(port) as server, ThreadPoolExecutor(4) as pool:
            waiting = [row for row in rows if row.event_id not in acknowledged]
            answers = [(row, pool.submit(deliver, port, row)) for row in waiting]
            time.sleep(chance.uniform(0.3, 1.2))
            os.killpg(server.pid, signal.SIGKILL)
            acknowledged |= {row.event_id for row, answer in answers if answer.result()}
        settled = Order.objects.filter(state="fulfilled").count()
        assert settled >= len(acknowledged)
        assert_whole()
    port = free_port()
    with web(port):
        assert all(deliver(port, row) for row in rows)
    assert Order.objects.filter(state="fulfilled", paid_minor=129_900).count() == ORDERS
    assert Card.objects.count() == ORDERS
    assert_whole()
