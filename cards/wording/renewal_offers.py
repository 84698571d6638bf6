"""The offers of a renewal in plain words, each with why it is given or not (CARD-18 · A5.3)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.policy.offers import Candidate
from core import show


def share(bps: int) -> str:
    """`1250` → `12.5 %`."""
    return f"{bps / 100:g}\N{NO-BREAK SPACE}%"


def length(months: int) -> str:
    """`24` → `2 years`; what is no whole number of years in months."""
    years, rest = divmod(months, 12)
    if rest:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}


def title(offer: Candidate) -> str:
    """What the offer is."""
    facts: dict[str, Any] = {"share": share(offer.bps), "day": show.day(offer.until) if offer.until else ""}
    match offer.offer:
        case "early_bird" if offer.reason == "too_late":
            return _("Early-bird discount of %(share)s") % facts
        case "early_bird":
            return _("Early-bird: %(share)s off until %(day)s") % facts
        case "multi_year":
            return _("Several years at once: %(share)s off") % facts
        case "tier_discount":
            return _("Your tier: %(share)s off") % facts
        case "tier_points_back":
            return _("Your tier: %(share)s more points back") % facts
        case "tier_event_priority":
            return _("Your tier: first place at events")
        case _:
            return _("A gift for your loyalty")


def reason(offer: Candidate, *, number: int) -> str:
    """Why the offer is not given; empty for one that is. `number` is the renewal's: 1 for the card's first."""
    match offer.reason:
        case "outweighed":
            return _("not added: the better discount applies, two are never combined")
        case "too_late":
            return _("ended on %(day)s") % {"day": show.day(offer.until)} if offer.until else _("ended")
        case "not_yet":
            left = (offer.needed or number) - number
            return ngettext(
                "from your renewal no. %(needed)s on: %(left)s more to go",
                "from your renewal no. %(needed)s on: %(left)s more to go",
                left,
            ) % {"needed": offer.needed, "left": left}
        case _:
            return ""
