"""What other apps do at the counter with a card in hand: they stand above cards, so they enter their verbs here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from cards.models import Card


@dataclass(frozen=True)
class Verb:
    """A verb with its key; `address` is where it leads for a card, None where it cannot be done."""

    code: str
    label: str | Promise
    icon: str
    key: str
    address: Callable[[Card], str | None]


@dataclass(frozen=True)
class Offered:
    verb: Verb
    url: str


_verbs: dict[str, Verb] = {}


def register(verb: Verb) -> None:
    """Called in `<app>.apps.ready()`; a key belongs to one verb."""
    if any(verb.code == other.code or verb.key == other.key for other in _verbs.values()):
        raise ValueError(f"registered twice: {verb.code} ({verb.key})")
    _verbs[verb.code] = verb


def offered(card: Card) -> list[Offered]:
    """The verbs that can be done with this card now, in the order they were entered."""
    found = ((verb, verb.address(card)) for verb in _verbs.values())
    return [Offered(verb, url) for verb, url in found if url]
