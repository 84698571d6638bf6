"""How a sold card and what is left of it are told in words: `{% load wallet_words %}`."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from cards.models import Card
from cards.policy import limits, numbers
from cards.queries import refusing
from cards.queries.cards import Position
from cards.queries.entitlements import Standing
from core import refusals, words
from members.models import LegalText
from members.policy import names, phones

register = template.Library()

POSITIONS: dict[str, str | Promise] = {
    "issued": gettext_lazy("Not yet activated"),
    "active": gettext_lazy("Active"),
    "not_started": gettext_lazy("Not yet valid"),
    "in_grace": gettext_lazy("Ended, can be renewed"),
    "expired": gettext_lazy("Expired"),
    "suspended": gettext_lazy("Suspended"),
    "closed": gettext_lazy("Closed"),
}


@register.filter
def masked_name(name: str) -> str:
    return names.masked(name) if name else ""


@register.filter
def masked_phone(phone: str | None) -> str:
    return phones.masked(phone) if phone else ""


@register.filter
def masked_number(number: str) -> str:
    return numbers.masked_number(number)


@register.filter
def grouped_number(number: str) -> str:
    return numbers.display_number(number)


@register.filter
def card_holder_masked(card: Card) -> str:
    return names.masked(card.holder.name) if card.holder else ""


@register.filter
def position_word(code: str) -> str:
    """Where a card stands, in a word or two."""
    return str(POSITIONS[code])


@register.filter
def no_code_because(position: Position) -> str:
    """Why a card shows no code, and what helps; for the member's eyes."""
    card = position.card
    match position.code:
        case "issued":
            return refusals.sentence("card_not_activated")
        case "suspended":
            return refusals.sentence(f"card_suspended_{card.suspension}")
        case "closed":
            return refusals.sentence("card_closed")
        case "not_started":
            return refusals.sentence("card_not_started", day=card.valid_from_on)
        case "in_grace":
            return refusals.sentence("card_in_grace", day=card.last_valid_on)
        case _:
            return refusals.sentence("card_expired", day=card.last_valid_on)


@register.filter
def left_words(standing: Standing) -> str:
    """What is left before a use: "3 left this month"."""
    left, limit = standing.decision.left, _tightest(standing)
    if left is None or limit is None:
        return _("as often as you like")
    match limit.per:
        case limits.Per.DAY:
            return ngettext("%(n)s left today", "%(n)s left today", left) % {"n": left}
        case limits.Per.MONTH:
            return ngettext("%(n)s left this month", "%(n)s left this month", left) % {"n": left}
        case limits.Per.YEAR:
            return ngettext("%(n)s left this year", "%(n)s left this year", left) % {"n": left}
        case limits.Per.CARD:
            return ngettext("%(n)s left", "%(n)s left", left) % {"n": left}
        case limits.Per.HOUSEHOLD:
            return ngettext("%(n)s left for your household", "%(n)s left for your household", left) % {"n": left}


@register.filter
def why_not(decision: limits.Decision) -> str:
    """Why a benefit cannot be used, and from when it can."""
    return refusals.sentence(decision.code, **refusing.facts(decision))


@register.filter
def tier_word(code: str) -> str:
    return words.of(words.TIER, code)


@register.filter
def widest(standing: Standing) -> dict[str, int] | None:
    """The bar of a benefit: its longest limit, with what is used and left, and whether it is more than a month's;
    nothing where there is no limit."""
    if not standing.used:
        return None
    order = list(limits.Per)
    limit = max(standing.used, key=lambda one: order.index(one.per))
    used = standing.used[limit]
    is_long = limit.per in {limits.Per.YEAR, limits.Per.CARD, limits.Per.HOUSEHOLD}
    return {"used": used, "count": limit.count, "left": max(0, limit.count - used), "is_long": is_long}


@register.filter
def legal_body(text: LegalText) -> str:
    """A legal text in the reader's language."""
    body: str = text.bodies.get(get_language() or "") or text.bodies.get("en", "")
    return body


def _tightest(standing: Standing) -> limits.Limit | None:
    """The limit that leaves the fewest uses."""
    return min(standing.used, key=lambda one: one.count - standing.used[one], default=None)
