"""The web process without connections, without its database, and told to stop while it serves."""

import os
import re
import secrets
import signal
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, connections, transaction

from cards.models import Order
from core.backup.databases import PostgreSQL
from tests.cards import shop
from tests.cards.test_order_races import buyers
from tests.faults import house
from tests.faults.queue import queue
from tests.faults.test_killed_web import TOKEN, Browser

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SESSION = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
ASKS_THE_DATABASE = "/me/"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


class Role:
    """A log-in to the test's database that may hold two connections at a time."""

    def __init__(self) -> None:
        self.name = f"tessera_{secrets.token_hex(4)}"
        address = PostgreSQL().address(connection.settings_dict["NAME"])
        self.url = re.sub(r"//[^@/]*@", f"//{self.name}@", address)
        sql(f"CREATE ROLE {self.name} LOGIN CONNECTION LIMIT 2")
        sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {self.name}")
        sql(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {self.name}")

    def drop(self) -> None:
        self.cut_off()
        sql(f"DROP OWNED BY {self.name}")
        sql(f"DROP ROLE {self.name}")

    def cut_off(self) -> None:
        sql(f"ALTER ROLE {self.name} NOLOGIN")
        sql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{self.name}'")


@pytest.fixture
def role() -> Iterator[Role]:
    one = Role()
    yield one
    one.drop()


def answers_503(address: str) -> bool:
    """The fault page, with when to come back; and the load balancer is told."""
    page, health = house.ask(address, ASKS_THE_DATABASE, headers=SESSION), house.ask(address, "/healthz")
    assert page is not None
    assert health is not None
    if page.status != 503:
        return False
    assert int(page.headers["retry-after"]) > 0
    assert "no-store" in page.headers["cache-control"]
    assert b"<h1" in page.body
    assert b"psycopg2" not in page.body
    assert health.status == 503
    assert b'"database": false' in health.body
    return True


def serves(address: str) -> bool:
    page, health = house.ask(address, ASKS_THE_DATABASE, headers=SESSION), house.ask(address, "/healthz")
    return page is not None and page.status == 302 and health is not None and health.status == 200


def test_without_a_connection_left_or_a_database_it_says_when_to_come_back_and_then_serves(
    role: Role, tmp_path: Path
) -> None:
    with (
        queue(tmp_path / "q") as line,
        house.web(DATABASE_URL=role.url, REDIS_URL=line.url, WEB_THREADS="1", **house.home(tmp_path)) as (_, address),
    ):
        with closing(psycopg2.connect(role.url)), closing(psycopg2.connect(role.url)):
            assert answers_503(address)
        house.wait_for(lambda: serves(address), "the web process serves", 20)
        role.cut_off()
        assert answers_503(address)
        sql(f"ALTER ROLE {role.name} LOGIN")
        house.wait_for(lambda: serves(address), "the web process serves again", 20)


def somebody_waits_for_a_lock() -> bool:
    """Asked on a line of its own, because a transaction sees the same activity from its beginning to its end."""
    with (
        closing(psycopg2.connect(PostgreSQL().address(connection.settings_dict["NAME"]))) as line,
        line.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() != (0,)


def test_told_to_stop_it_finishes_the_payment_that_it_is_serving(tmp_path: Path) -> None:
    member = buyers(1)[0]
    product = shop.make_product()
    house.set_in_order()
    order = shop.place(member, product)
    browser, form = Browser(order), {"csrfmiddlewaretoken": TOKEN, "gateway": "sandbox"}

    def click(address: str) -> house.Answer | None:
        body = urllib.parse.urlencode(form).encode()
        try:
            return house.ask(address, f"/orders/{order.token}/pay/", body=body, headers={"Cookie": browser.cookies})
        finally:
            connections.close_all()

    with house.web(**house.home(tmp_path)) as (server, address), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
            clicked = pool.submit(click, address)
            house.wait_for(somebody_waits_for_a_lock, "the request waits for the order", 30)
            os.kill(server.pid, signal.SIGTERM)
            time.sleep(1)
            assert not clicked.done()
            assert server.poll() is None
        answer = clicked.result()
        assert answer is not None
        assert (answer.status, answer.headers["location"].startswith("/sandbox-pay/")) == (302, True)
        assert server.wait(timeout=20) == 0
        assert house.ask(address, "/healthz") is None
    assert order.payments.get().state == "created"
    assert house.broken() == {}
