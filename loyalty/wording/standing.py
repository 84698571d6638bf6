"""A tier in sentences: what is missing, what keeps it, why it was decided so (LOY-03 · B8.2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import show, words
from loyalty.models import TierChange
from loyalty.policy import activity
from loyalty.policy.tiers import Missing
from loyalty.queries.tiers import Progress

ACTIVITIES = {
    activity.LOG_IN: gettext_lazy("days on which you logged in"),
    activity.READING: gettext_lazy("days on which you read our letters"),
    activity.USE: gettext_lazy("benefits you used"),
    activity.TAKING_PART: gettext_lazy("events and tasks you took part in"),
    activity.RENEWAL: gettext_lazy("cards you renewed"),
}


@dataclass(frozen=True)
class Told:
    """The lines of the page: what is missing to the next tier, what this one needs to be kept, and until when it is promised."""

    name: str
    following: str
    missing: str
    keeping: str
    promised: str


@dataclass(frozen=True)
class Done:
    """A kind of activity: what it is called, and what it gave of what it can give."""

    name: str
    times: int
    score: int
    cap: int


@dataclass(frozen=True)
class Explained:
    """A decision in words: what became of the tier, and why."""

    row: TierChange
    title: str
    reason: str
    figures: str
    went: str


def name(code: str) -> str:
    """What a tier is called."""
    return words.of(words.TIER, code)


def told(progress: Progress) -> Told:
    return Told(
        name=name(progress.tier.code),
        following=name(progress.following.code) if progress.following else "",
        missing=_missing(progress),
        keeping=_keeping(progress),
        promised=_promised(progress),
    )


def activities(progress: Progress) -> list[Done]:
    """What the activity score is made of; what the policy gives nothing for is left out."""
    return [
        Done(str(ACTIVITIES.get(one.signal.code, one.signal.code)), one.times, one.score, one.signal.cap)
        for one in progress.counted
        if one.signal.points and one.signal.cap
    ]


def needed(missing: Missing) -> str:
    """`¥430, or 2 visits and 5 activity points`; a way that is closed, or done, is left out."""
    ways = [show.money(missing.spend_minor, whole=True)] if missing.spend_minor else []
    steps = []
    if missing.visits:
        steps.append(ngettext("%(n)s visit", "%(n)s visits", missing.visits) % {"n": show.number(missing.visits)})
    if missing.activity:
        steps.append(
            ngettext("%(n)s activity point", "%(n)s activity points", missing.activity)
            % {"n": show.number(missing.activity)}
        )
    if steps:
        ways.append(_("%(one)s and %(other)s") % {"one": steps[0], "other": steps[1]} if len(steps) > 1 else steps[0])
    return _("%(one)s, or %(other)s") % {"one": ways[0], "other": ways[1]} if len(ways) > 1 else "".join(ways)


def explained(rows: Sequence[TierChange]) -> list[Explained]:
    """Every decision with the figures that caused it."""
    return [_explained(row) for row in rows]


def _missing(progress: Progress) -> str:
    if progress.following is None or progress.missing is None:
        return ""
    what = needed(progress.missing)
    if not what:
        return ""
    facts = {"what": what, "tier": name(progress.following.code)}
    if progress.whole_through is None:
        return _("Still %(what)s to %(tier)s.") % facts
    return _("Still %(what)s to %(tier)s, by %(day)s.") % {**facts, "day": show.day(progress.whole_through)}


def _keeping(progress: Progress) -> str:
    """What the tier asks to be kept, and by when; None of it while the figures keep it by themselves."""
    if progress.keeping is None or progress.row is None or progress.row.promised_through is None:
        return ""
    if not needed(progress.keeping):
        return _("What you have done in this window keeps it.")
    facts = {"what": needed(progress.keeping), "day": show.day(_last_chance(progress))}
    return _("To keep it: still %(what)s, by %(day)s.") % facts


def _promised(progress: Progress) -> str:
    row = progress.row
    if row is None or row.promised_through is None:
        return _("This is where everybody begins; it has no end.")
    if progress.in_grace:
        return _("The promise ended on %(day)s; the tier is kept through the grace until %(last)s.") % {
            "day": show.day(row.promised_through),
            "last": show.day(_last_chance(progress)),
        }
    return _("Yours through %(day)s.") % {"day": show.day(row.promised_through)}


def _last_chance(progress: Progress) -> dt.date:
    """The last day on which something can still be done: the promise's, or its grace's."""
    row = progress.row
    if row is None or row.promised_through is None:
        return progress.window[1]
    return (
        row.promised_through if not progress.in_grace else (row.review_on or progress.window[1]) - dt.timedelta(days=1)
    )


def _explained(row: TierChange) -> Explained:
    facts = {"tier": name(row.to_tier), "before": name(row.from_tier)}
    figures = _("%(spend)s spent · %(visits)s · activity score %(activity)s") % {
        "spend": show.money(row.spend_minor, whole=True),
        "visits": ngettext("%(n)s visit", "%(n)s visits", row.visits) % {"n": show.number(row.visits)},
        "activity": show.number(row.activity),
    }
    match row.why:
        case TierChange.Why.REACHED:
            return Explained(row, facts["tier"], _("You met the standard of %(tier)s.") % facts, figures, "up")
        case TierChange.Why.KEPT:
            return Explained(row, _("%(tier)s kept") % facts, _("You met what keeping it asks."), figures, "kept")
        case TierChange.Why.HELD:
            went = "up" if row.from_tier != row.to_tier else "kept"
            return Explained(row, facts["tier"], _("We guaranteed it to you."), figures, went)
        case TierChange.Why.RETURNED:
            said = _("Goods that had brought you %(before)s came back.") % facts
            return Explained(row, facts["tier"], said, figures, "down")
        case _:
            said = _("After the promise and its grace, what keeping %(before)s asks was not met.") % facts
            return Explained(row, facts["tier"], said, figures, "down")
