"""What a tier gives, in the reader's language (LOY-03 · B8.2, C3.1): for letters of a change, and for the member's page."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.policy import renewal_terms
from cards.policy.parameters import RenewalParameters
from core import money, parameters
from loyalty.policy.parameters import Tier, TierParameters
from loyalty.queries import standing

Giver = Callable[[Tier, dt.date], Iterable[str]]
_givers: list[Giver] = []


def register(giver: Giver) -> Giver:
    """Whoever gives something to a tier says it here, in a few words of the language in force."""
    _givers.append(giver)
    return giver


def of(code: str, *, on: dt.date) -> list[str]:
    """LOY-03 · B8.2 — what the tier gives on a day, as parameters and catalogue have it."""
    ladder = parameters.in_force(TierParameters, on=on).ladder
    tier = next((tier for tier in ladder if tier.code == code), None)
    return [] if tier is None else [label for giver in _givers for label in giver(tier, on)]


def difference(before: str, after: str, *, on: dt.date) -> tuple[list[str], list[str]]:
    """LOY-03 · B8.2 — what is gained and what is lost on the way from one tier to another."""
    was, will_be = of(before, on=on), of(after, on=on)
    return [label for label in will_be if label not in was], [label for label in was if label not in will_be]


@register
def multiplier(tier: Tier, _on: dt.date) -> Iterable[str]:
    """LOY-04 · B7.1 — points of every purchase are multiplied."""
    if tier.points_bps != money.BASIS_POINTS:
        yield _("points × %(times)s for every purchase") % {"times": f"{tier.points_bps / money.BASIS_POINTS:g}"}


@register
def renewal(tier: Tier, on: dt.date) -> Iterable[str]:
    """CARD-18 · A5.3 — what the tier brings to the renewal of a card."""
    terms = renewal_terms.of_tier(tier.code, parameters=parameters.in_force(RenewalParameters, on=on))
    if terms.points_back_bps:
        share = f"{terms.points_back_bps / 100:g}\N{NO-BREAK SPACE}%"
        yield _("%(share)s more points back when you renew a card") % {"share": share}
    if terms.event_priority:
        yield _("first place at events")


@register
def head_start(tier: Tier, on: dt.date) -> Iterable[str]:
    """LOY-15 · B8.3 — what is new is there for the tier some days earlier."""
    days = next((one.days for one in standing.head_starts(on) if one.tier == tier.code), 0)
    if days:
        told = ngettext(
            "new cards and rewards %(days)s day before everybody",
            "new cards and rewards %(days)s days before everybody",
            days,
        )
        yield told % {"days": days}
