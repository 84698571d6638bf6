"""The counter with all cards and eight clients: looking up by every key, activating, recording a use (benchmark 7)."""

import uuid
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from psycopg2.extensions import connection

from bench import clients, fill
from bench.clients import CLIENTS, Operation
from bench.harness import ROUNDS, Benchmark, Measured, Size

KEYS = ("number", "code", "phone", "name", "order")
TURNS = 2 * ROUNDS


def cards_in_use(size: Size, *, seed: int) -> Iterator[int]:
    """Cards that can be used today, in no order."""
    chance = Random(seed)
    while True:
        card = chance.randint(1, size.cards)
        if card % 10 and card * 7919 % fill.SPREAD > fill.PAST:
            yield card


def cards_to_activate(size: Size, *, client: int, turn: int) -> Iterator[int]:
    """The cards that wait, shared out so that nobody meets another's."""
    return iter(range(10 * (1 + client + CLIENTS * turn), size.cards + 1, 10 * CLIENTS * TURNS))


def keys(card: int) -> dict[str, str]:
    """What a clerk may type to find a card."""
    return {
        "number": fill.number_of(card),
        "phone": fill.phone_of(card),
        "name": fill.name_of(card),
        "order": f"B{card}",
    }


class OfClients(Benchmark):
    """Both sides are eight processes that do as much as they can."""

    def ours(self, size: Size, turn: int) -> Measured:
        return clients.together(lambda number: self.our_client(number, size, turn), seconds=size.seconds, counts=True)

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        db.close()
        return clients.together(lambda number: self.by_hand(number, size, turn), seconds=size.seconds, counts=False)

    def our_client(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        raise NotImplementedError

    def by_hand(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        raise NotImplementedError


class LookUp(OfClients):
    """What was typed is found, put on record, and shown: who, which card, how it stands, every benefit, the last uses.

    Made anew for every operation: a rotating code, because reading it spends it.
    """

    name = "look-up"
    title = "counter look-up and panel"
    at_least = 0.2
    at_most = {"statements": 12}

    def our_client(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from cards.models import Card
        from cards.operations import codes, looking
        from cards.queries import cards
        from core import clock
        from core.limits import Limit

        looking.UNUSUAL, looking.MOST = (
            Limit("bench", 10**9, 3600),
            Limit("bench-most", 10**9, 3600),
        )  # counted all the same
        clerk, store = our_clerk(number)

        def one(key: str, card: int) -> None:
            text = codes.make(Card(public_id=uuid.UUID(fill.public_id(card)))) if key == "code" else keys(card)[key]
            found = looking.look_up(text, store=store, clerk=clerk)
            if len(found.cards) == 1:
                cards.panel(found.cards[0], day=clock.today(), store=store)

        return {key: _each(one, key, cards_in_use(size, seed=100 * turn + number)) for key in KEYS}

    def by_hand(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from bench.counter_by_hand import Counter

        counter = Counter(number)
        return {key: _each(counter.look_up, key, cards_in_use(size, seed=100 * turn + number)) for key in KEYS}


def _each(one: Any, key: str, cards: Iterator[int]) -> Iterator[Operation]:
    for card in cards:
        yield lambda card=card: one(key, card)


class Activate(OfClients):
    """Card in hand, receipt, passport in hand, agreement, consent to keep the number: the card is hers, guide sent."""

    name = "activation"
    title = "activation at the counter"
    at_least = 0.15

    def our_client(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from cards.operations import counter_activation
        from cards.queries import cards
        from members.models import LegalText

        clerk, store = our_clerk(number)
        agreement = LegalText.objects.filter(kind="card-agreement").latest("version")

        def one(pk: int) -> None:
            shown = counter_activation.Shown(proof=f"B{pk}", document_kind="passport", document_number=f"E{pk:08}",
                                             agreed=agreement, language="en", keeps_number=True)  # fmt: skip
            card = cards.shown().get(pk=pk)
            counter_activation.complete(card, shown, clerk=clerk, store=store, phone_proved=False)

        waiting = cards_to_activate(size, client=number, turn=turn)
        return {"activation": ((lambda pk=pk: one(pk)) for pk in waiting)}

    def by_hand(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from bench.counter_by_hand import Counter

        counter = Counter(number)
        waiting = cards_to_activate(size, client=number, turn=turn)
        return {"activation": ((lambda pk=pk: counter.activate(pk)) for pk in waiting)}


class Use(OfClients):
    """A benefit is recorded, within its limits, once per key; the member is told."""

    name = "use"
    title = "benefit use"
    at_least = 0.15
    at_most = {"statements": 12}

    def our_client(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from cards.models import Card, Entitlement
        from cards.operations import uses

        clerk, store = our_clerk(number)
        benefit = Entitlement.objects.earliest("pk")
        keys = (f"ours:{turn}:{number}:{n}" for n in count())
        chosen = cards_in_use(size, seed=100 * turn + number)
        return {
            "use": (
                (lambda pk=pk: uses.record(Card(pk=pk), entitlement=benefit, store=store, clerk=clerk, key=next(keys)))
                for pk in chosen
            )
        }

    def by_hand(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from bench.counter_by_hand import Counter

        counter = Counter(number)
        keys = (f"hand:{turn}:{number}:{n}" for n in count())
        chosen = cards_in_use(size, seed=100 * turn + number)
        return {"use": ((lambda pk=pk: counter.use(pk, key=next(keys))) for pk in chosen)}


def our_clerk(number: int) -> Any:
    """A clerk and her store; her rights are read with the first operation, as with the first of a request."""
    from core.models import Store, User

    store = Store.objects.earliest("pk")
    clerks = User.objects.filter(is_staff=True, role_assignments__store=store).order_by("pk")
    return clerks[number % clerks.count()], store
