"""A card in plain words: how long, for whom, how often, where, how it may be used."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cards.models import Entitlement, ProductVersion, Tier
from cards.policy.priority import Opening
from cards.queries import contents
from core import show, words


def validity(version: ProductVersion) -> str:
    """`12 months from the day you activate it` · `the season from 1 November, each year`."""
    if version.validity == ProductVersion.Validity.ROLLING:
        return ngettext(
            "%(months)s month from the day you activate it",
            "%(months)s months from the day you activate it",
            version.months,
        ) % {"months": version.months}
    years = max(1, version.months // 12)
    text = ngettext(
        "the season that begins on %(day)s",
        "%(years)s seasons, each beginning on %(day)s",
        years,
    ) % {"years": years, "day": _month_day(version.season_starts)}
    if version.season_rolls_over:
        more = _("bought from %(day)s on, the next season is included") % {"day": _month_day(version.season_rolls_over)}
        return text + pgettext("between two statements", "; ") + more
    return text


def _month_day(text: str) -> str:
    month, day = (int(part) for part in text.split("-"))
    return show.month_day(month, day)


def opening(found: Opening) -> str:
    """LOY-15 · B8.3 — `from 4 December 2026; for Platinum from 1 December 2026`."""
    parts = [_("from %(day)s") % {"day": show.day(found.on)}]
    parts += [
        _("for %(tier)s from %(day)s") % {"tier": words.of(words.TIER, tier), "day": show.day(day)}
        for tier, day in found.days
    ]
    return pgettext("between two statements", "; ").join(parts)


def conditions(version: ProductVersion) -> list[str]:
    """CARD-01 · A2.1 — for whom the card is; empty when it is for everybody."""
    return list(_conditions(version))


def _conditions(version: ProductVersion) -> Iterator[str]:
    asked = contents.conditions_of(version)
    if asked.min_age is not None:
        yield _("from the age of %(age)s") % {"age": asked.min_age}
    if asked.min_spend_minor is not None:
        amount = show.money(asked.min_spend_minor, version.currency, whole=True)
        yield _("with purchases of %(amount)s or more in the last 12 months") % {"amount": amount}
    if asked.min_visits is not None:
        yield ngettext(
            "with %(visits)s visit or more in the last 12 months",
            "with %(visits)s visits or more in the last 12 months",
            asked.min_visits,
        ) % {"visits": asked.min_visits}
    if asked.min_tier:
        yield _("from the %(tier)s tier on") % {"tier": Tier(asked.min_tier).label}
    if asked.invitation_only:
        yield _("by invitation")


def limits(benefit: Entitlement) -> str:
    """`once a day, 20 times a month`; without limits `as often as you like`."""
    return pgettext("list separator", ", ").join(_limits(benefit)) or _("as often as you like")


def _limits(benefit: Entitlement) -> Iterator[str]:
    if (count := benefit.per_day) is not None:
        yield ngettext("once a day", "%(count)s times a day", count) % {"count": count}
    if (count := benefit.per_month) is not None:
        yield ngettext("once a month", "%(count)s times a month", count) % {"count": count}
    if (count := benefit.per_year) is not None:
        yield ngettext("once a calendar year", "%(count)s times a calendar year", count) % {"count": count}
    if (count := benefit.per_card) is not None:
        yield ngettext("once while the card is valid", "%(count)s times while the card is valid", count) % {
            "count": count
        }
    if (count := getattr(benefit, "per_household", None)) is not None:
        yield _of_household(count)


def _of_household(count: int) -> str:
    return ngettext("once a year for the household", "%(count)s times a year for the household", count) % {
        "count": count
    }


def places(benefit: Entitlement) -> str:
    """The stores where it is to be had; empty when it is everywhere."""
    return pgettext("list separator", ", ").join(store.name for store in benefit.stores.all())


def use_rule(version: ProductVersion) -> str:
    """CARD-21 · E2.3 — who may show the card."""
    match version.use_rule:
        case ProductVersion.UseRule.LENDABLE:
            return _("You may lend the card to family and friends.")
        case ProductVersion.UseRule.TRANSFERABLE:
            return _("The card may be passed on to somebody else for good.")
        case _personal:
            return _("The card is for you alone.")
