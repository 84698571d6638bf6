"""The two or three things that matter to a member now; each part of a card's life enters what it knows.

`register` a finder at start-up: it gets the member's card as the page shows it and yields moments; the most urgent are
shown. A finder asks for nothing that `CardView` does not hold already, or in one query at most.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.models import Card
from cards.policy.limits import Per
from cards.queries.cards import Panel

SHOWN = 3


@dataclass(frozen=True)
class Moment:
    """One line of "what matters now"; the lower `rank`, the more urgent."""

    rank: int
    icon: str
    title: str
    note: str = ""
    url: str = ""


Finder = Callable[[Panel, dt.date], Iterable[Moment]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    _finders.append(finder)
    return finder


def of(panel: Panel, *, day: dt.date) -> list[Moment]:
    """CARD-14 · A4.3.1 — the most urgent moments of a card, at most three."""
    found = [moment for finder in _finders for moment in finder(panel, day)]
    return sorted(found, key=lambda moment: moment.rank)[:SHOWN]


@register
def to_be_activated(panel: Panel, day: dt.date) -> Iterator[Moment]:
    card = panel.position.card
    if card.state == Card.State.ISSUED:
        yield Moment(
            rank=10,
            icon="badge-check",
            title=_("Activate your card"),
            note=_("Your year begins on the day you activate it."),
            url=f"{reverse('cards:activate')}?card={card.public_id}",
        )


@register
def benefits_left(panel: Panel, day: dt.date) -> Iterator[Moment]:
    """The benefit with the most left of its card year: what would be lost unused."""
    if not panel.position.is_usable:
        return
    left = [
        (limit.count - used, one.entitlement.localized_name)
        for one in panel.benefits
        for limit, used in one.used.items()
        if limit.per == Per.CARD and used < limit.count
    ]
    for count, name in sorted(left, reverse=True)[:2]:
        yield Moment(
            rank=60,
            icon="gift",
            title=_("%(n)s × %(benefit)s left") % {"n": count, "benefit": name},
            note=ngettext("%(n)s day to enjoy them", "%(n)s days to enjoy them", panel.position.days_left)
            % {"n": panel.position.days_left},
            url=reverse("cards:benefits"),
        )
