"""Pages over HTTP, eight connections, two sync workers, beside a minimal view on the same server (benchmark 8)."""

from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Any

from psycopg2.extensions import connection

from bench import clients, counter, fill, harness, server
from bench.clients import CLIENTS, Operation
from bench.harness import Benchmark, Measured, Size
from bench.server import Server

EACH = 25
"""How many people, or cards on the counter, each connection asks for in turn."""
Page = tuple[str, bytes, str]
"""Path, what must stand on it, cookie."""


class Pages(Benchmark):
    """The portal's home of a member, the panel of a card at the counter, the page of a product."""

    name = "pages"
    title = "pages over HTTP, 8 connections"
    at_least = 0.35
    at_most = {"statements": 16}
    limit_is = "minimal view"

    def ours(self, size: Size, turn: int) -> Measured:
        kinds = {"portal home": _wallets(size), "counter panel": _panels(size), "product page": _products()}
        statements = max(_statements(pages[0]) for pages in kinds.values())
        with server.running("config.wsgi") as started:
            measured = _asked(started, kinds, size)
        measured.statements = statements * measured.done
        return measured

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        db.close()
        chance = Random(turn)
        pages = [(f"/members/{chance.randint(1, size.cards)}/", b"</html>", "") for _ in range(EACH * CLIENTS)]
        with server.running("bench.minimal.wsgi") as started:
            return _asked(started, dict.fromkeys(("portal home", "counter panel", "product page"), pages), size)


def _asked(started: Server, kinds: dict[str, list[Page]], size: Size) -> Measured:
    def client(number: int) -> dict[str, Iterator[Operation]]:
        return {kind: _each(started, pages[number::CLIENTS]) for kind, pages in kinds.items()}

    measured = clients.together(client, seconds=size.seconds * len(kinds), counts=False)
    measured.peak_mb = started.peak_mb()
    return measured


def _each(started: Server, pages: list[Page]) -> Iterator[Operation]:
    for path, expected, cookie in cycle(pages):
        yield lambda path=path, expected=expected, cookie=cookie: started.get(path, expected, cookie)


def _statements(page: Page) -> float:
    """How many statements a page takes once it is warm; asked in this process, where they can be counted."""
    from django.test import Client

    path, expected, cookie = page
    client = Client(HTTP_HOST=server.HOST, HTTP_COOKIE=cookie, HTTP_ACCEPT_LANGUAGE="en")
    client.get(path, secure=True)
    measured = Measured()
    with harness.counting(measured):
        answer = client.get(path, secure=True)
    assert expected in answer.content, (path, answer.status_code)
    return measured.statements


def _wallets(size: Size) -> list[Page]:
    """Members who are logged in, each with a card in use."""
    from core.models import User
    from members.models import Member

    pages = []
    for card in _some_cards(size):
        member = Member.objects.select_related("user").get(pk=card)
        if member.user is None:
            member.user = User.objects.create(display_name=f"Member {card}", language="en")
            member.save(update_fields=["user"])
        number = _grouped(fill.number_of(card))
        pages.append(("/me/", number, _cookie(member.user)))
    return pages


def _panels(size: Size) -> list[Page]:
    """Clerks who have just looked up a card."""
    from cards.views.counter.desk import OPEN, STORE

    pages = []
    for place, card in enumerate(_some_cards(size)):
        clerk, store = counter.our_clerk(place)
        cookie = _cookie(clerk, {STORE: store.pk, OPEN: fill.public_id(card)})
        pages.append((f"/counter/cards/{fill.public_id(card)}/", b"Benefit 0", cookie))
    return pages


def _products() -> list[Page]:
    return [("/cards/bench/", b"Bench Card", "")] * (EACH * CLIENTS)


def _some_cards(size: Size) -> list[int]:
    in_use = counter.cards_in_use(size, seed=8)
    return [next(in_use) for _ in range(EACH * CLIENTS)]


def _grouped(number: str) -> bytes:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4)).encode()


def _cookie(user: Any, told: dict[str, Any] | None = None) -> str:
    """A session as a log-in makes it, its clocks running."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from core import clock
    from core.sessions import SessionStore
    from members import sessions

    now = int(clock.now().timestamp())
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update({sessions.STARTED: now, sessions.SEEN: now} | (told or {}))
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
