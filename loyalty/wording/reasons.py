"""Why points came or went, in the reader's language: from what the entry keeps of its rules and caps (LOY-05 · B7.3)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import show, words
from loyalty.models import EarnRule, PointAdjustment, PointTransaction
from loyalty.policy import earning
from loyalty.policy.rules import Kind
from loyalty.queries import balances, renewals
from loyalty.wording import sentences

OCCASIONS: Mapping[str, str | Promise] = {
    Kind.CARD_PURCHASE: gettext_lazy("Card bought"),
    Kind.RENEWAL: gettext_lazy("Card renewed"),
    Kind.TASK: gettext_lazy("Task done"),
    Kind.EVENT: gettext_lazy("Event attended"),
    Kind.REFERRAL: gettext_lazy("Friend invited"),
    renewals.SOURCE: gettext_lazy("Renewal of a card"),
}


@dataclass(frozen=True)
class Explained:
    """A transaction, what it is called, and the sentences that explain its number."""

    row: PointTransaction
    title: str
    reasons: tuple[str, ...]
    pending_until: dt.date | None

    @property
    def source(self) -> str:
        """Where it came from, in words."""
        return words.of(words.POINTS, self.row.source)


def explained(rows: Sequence[PointTransaction]) -> list[Explained]:
    """All of them, with one look at the names of the rules and one at what still waits."""
    codes = {part["rule"] for row in rows for part in row.why.get("parts", ())}
    names = {rule.code: name_of(rule) for rule in EarnRule.objects.filter(code__in=codes)} if codes else {}
    waiting = balances.pending_until(rows)
    return [Explained(row, _title(row), tuple(_reasons(row.why, names)), waiting.get(row.pk)) for row in rows]


def name_of(rule: EarnRule) -> str:
    language = (translation.get_language() or "").replace("-", "_")
    return getattr(rule, f"name_{language}", "") or rule.name


def _title(row: PointTransaction) -> str:
    """A purchase by its store, a task or event by its name, a gift by its own, all else by what happened."""
    if row.kind == PointTransaction.Kind.ACCRUE:
        if row.source == Kind.PURCHASE:
            return _("Purchase at %(store)s") % {"store": row.store} if row.store else _("Purchase")
        if code := row.why.get("code"):
            return capfirst(sentences.task_name(code))
        if word := OCCASIONS.get(row.source):
            return str(word)
    if row.source == "order-refund":
        return _("Card refunded")
    if row.source == "referral-back":
        return _("Reward of an invitation taken back")
    if row.kind == PointTransaction.Kind.ADJUST and row.source != "adjustment":
        return capfirst(words.of(words.POINTS, row.source))
    if named := row.why.get("for"):
        return str(named.get(translation.get_language() or "en") or named["en"])
    return capfirst(row.get_kind_display())


def _reasons(why: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    found = [_part(part, names) for part in why.get("parts", ())]
    found += [_cut(part["cut"]) for part in why.get("parts", ()) if part["cut"]]
    found += [_used_up(part["programme_cut"]) for part in why.get("parts", ()) if part.get("programme_cut")]
    if (category := why.get("category")) in PointAdjustment.Category.values:
        found.append(capfirst(str(PointAdjustment.Category(category).label)))
    if (side := why.get("invited")) is not None:
        found.append(_("A friend came on your invitation.") if side == "referrer" else _("You came on an invitation."))
    if (side := why.get("uninvited")) is not None:
        found.append(
            _("The friend you invited returned the card.") if side == "referrer" else _("You returned the card.")
        )
    if (back := why.get("refund")) is not None:
        told = {
            name: show.money(back[key], back["currency"]) for name, key in (("part", "minor"), ("whole", "of_minor"))
        }
        found.append(
            _("Order %(order)s: %(part)s of %(whole)s paid for it went back.") % {"order": back["order"], **told}
        )
    if why.get("cut"):
        found.append(
            _("The most that can be earned in a day took off %(points)s.") % {"points": show.number(why["cut"])}
        )
    return found


def _part(part: Mapping[str, Any], names: Mapping[str, str]) -> str:
    points = ngettext("%(n)s point", "%(n)s points", part["points"]) % {"n": show.number(part["points"])}
    if part["rule"] == earning.BASE:
        return _("%(points)s for the amount paid") % {"points": points}
    if part["rule"] == earning.TIER:
        times = f"{part['bps'] / 10_000:g}"
        return _("%(points)s more for your tier (× %(times)s)") % {"points": points, "times": times}
    if part["rule"] == earning.BIRTHDAY:
        times = f"{part['bps'] / 10_000:g}"
        return _("%(points)s more for your birthday (× %(times)s)") % {"points": points, "times": times}
    if part["rule"] == renewals.SOURCE:
        return _("%(points)s back, the offer of your tier") % {"points": points}
    return _("%(points)s by “%(rule)s”") % {"points": points, "rule": names.get(part["rule"], part["rule"])}


def _cut(points: int) -> str:
    return _("The limit of this rule took off %(points)s.") % {"points": show.number(points)}


def _used_up(points: int) -> str:
    return _("What this rule gives all members was used up: that took off %(points)s.") % {
        "points": show.number(points)
    }
