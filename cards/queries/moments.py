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
from cards.policy import offers
from cards.policy.limits import Per
from cards.policy.parameters import RenewalParameters
from cards.queries.cards import Panel
from core import parameters, show

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
def to_be_renewed(panel: Panel, day: dt.date) -> Iterator[Moment]:
    """CARD-16 · A5.1.2 — from the first reminder on; the early-bird price as long as it lasts."""
    card, position = panel.position.card, panel.position
    if card.state != Card.State.ACTIVE or card.last_valid_on is None or card.holder_id is None:
        return
    rules = parameters.in_force(RenewalParameters, on=day)
    if position.days_left > max(rules.remind_before, default=0):
        return
    url = reverse("cards:renew", args=[card.public_id])
    early_until = offers.early_bird_until(card.last_valid_on, parameters=rules)
    if position.code == "in_grace":
        until = show.day(position.grace_ends_on or day)
        yield Moment(
            5, "refresh-cw", _("Renew, and no day is lost"), _("without a gap until %(day)s") % {"day": until}, url
        )
    elif position.code == "expired":
        yield Moment(5, "refresh-cw", _("Renew your card"), _("its benefits are back at once"), url)
    elif day <= early_until and rules.early_bird_bps:
        facts = {"share": f"{rules.early_bird_bps / 100:g}\N{NO-BREAK SPACE}%", "day": show.day(early_until)}
        yield Moment(
            20, "refresh-cw", _("Renew with %(share)s off") % facts, _("early-bird until %(day)s") % facts, url
        )
    else:
        days = ngettext("%(n)s more day", "%(n)s more days", position.days_left) % {"n": position.days_left}
        yield Moment(20, "refresh-cw", _("Renew your card"), days, url)


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
