"""A simulation in words: what it changes, what came of it, what it assumes (LOY-17)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import parameter_display, parameters, show, words
from loyalty.models import EarnRule, Simulation
from loyalty.operations.simulations import AREAS
from loyalty.policy import earning
from loyalty.policy.simulation import report
from loyalty.wording import reasons

ASSUMPTIONS: tuple[str | Promise, ...] = (
    gettext_lazy("The changed rule is in force from the first day of the period; before it, everything is as it was."),
    gettext_lazy("Members buy, return and redeem exactly as they did: nobody changes her habits for the new rule."),
    gettext_lazy(
        "Where the changed rule gives too few points for a real redemption, only what is there is redeemed. "
        "The rest is counted as “cut”."
    ),
    gettext_lazy(
        "Points that no purchase earned (referrals, tasks, adjustments) stay as they were; when they lapse "
        "follows the rule."
    ),
    gettext_lazy(
        "Points and tiers that were won before the period keep their promise: their last day does not change."
    ),
    gettext_lazy("Every night ran on time. A month’s lapsed points are those taken in the nights of that month."),
    gettext_lazy(
        "A tier that is reached later is also kept for longer, so that a few members may stand higher under a "
        "stricter rule."
    ),
    gettext_lazy(
        "The tiers cost what their multipliers add in points, at what points are worth. Card benefits cost "
        "what their uses cost; who moves to another tier uses them as its members do on average."
    ),
    gettext_lazy(
        "Where a rule’s cap for all members together cut a purchase short, the purchase gets no more of that rule in the "
        "replay either. A changed rule gives all members together no more than its cap, counted from the first day of the "
        "period; who comes first goes by member and not by the hour."
    ),
    gettext_lazy("The liability is every point that members have, at its full worth, as if all were redeemed."),
)
OF_THE_HOUSE: Mapping[str, str | Promise] = {
    earning.BASE: gettext_lazy("Points for the amount"),
    earning.TIER: gettext_lazy("Multiplier of the tier on record at that moment"),
    earning.BIRTHDAY: gettext_lazy("Birthday"),
    earning.DAILY_CAP: gettext_lazy("Most points a member earns in a day"),
}
SHOWN = 2
NBSP = "\N{NO-BREAK SPACE}"
FIELDS_OF_RULE: dict[str, tuple[str | Promise, Any]] = {
    "points": (gettext_lazy("Points"), show.number),
    "per_minor": (gettext_lazy("for every"), show.money),
    "bps": (gettext_lazy("Multiplies points by"), parameter_display.per_cent),
    "cap_points": (gettext_lazy("At most points"), show.number),
    "when_min_net_minor": (gettext_lazy("From an amount of"), show.money),
}


@dataclass(frozen=True)
class Changed:
    """A value before and after, with what it is the value of."""

    label: str
    before: str
    after: str


def changes(row: Simulation, *, named: bool = True) -> list[Changed]:
    """What the question changes, field by field; of the ladder, tier by tier. Rules by name, or only by code."""
    found: list[Changed] = []
    for name in AREAS:
        area = parameters.area_of(name)
        for field in parameter_display.fields_of(area) if area else ():
            if field.name in row.question.get(name, {}):
                before, after = row.before[name][field.name], row.question[name][field.name]
                found += _rows(field, before, after) if field.inner else [_one(field, before, after)]
    return found + _rules(row, named=named)


def in_short(row: Simulation) -> str:
    """The first changes in a line: `Gold · Spend ¥8,000.00 → ¥10,000.00`."""
    found = changes(row, named=False)
    said = "; ".join(f"{one.label} {one.before} → {one.after}" for one in found[:SHOWN])
    more = len(found) - SHOWN
    return (
        said
        if more <= 0
        else ngettext("%(said)s and %(n)s more", "%(said)s and %(n)s more", more) % {"said": said, "n": more}
    )


def _one(field: parameter_display.Field, before: Any, after: Any, *, of: str = "") -> Changed:
    return Changed(f"{of} · {field.label}" if of else field.label, field.show(before), field.show(after))


def _rows(field: parameter_display.Field, before: Sequence[Any], after: Sequence[Any]) -> list[Changed]:
    was, will = ({row["code"]: row for row in rows} for rows in (before, after))
    found = []
    for code in dict.fromkeys([*will, *was]):
        tier = words.of(words.TIER, code)
        if code not in was or code not in will:
            found.append(
                Changed(tier, _("no tier") if code not in was else tier, _("no tier") if code not in will else tier)
            )
            continue
        differ = [inner for inner in field.inner if was[code].get(inner.name) != will[code].get(inner.name)]
        found += [_one(inner, was[code].get(inner.name), will[code].get(inner.name), of=tier) for inner in differ]
    return found


def _rules(row: Simulation, *, named: bool) -> list[Changed]:
    rules = EarnRule.objects.filter(code__in=row.question["rules"]) if named else ()
    names = {rule.code: reasons.name_of(rule) for rule in rules}
    found = []
    for code, will in row.question["rules"].items():
        was, name = row.before["rules"].get(code) or {}, names.get(code, code)
        if will is None:
            found.append(Changed(name, _("in force"), _("ended")))
            continue
        for field in [one for one in dict.fromkeys([*will, *was]) if will.get(one) != was.get(one)]:
            label, told = FIELDS_OF_RULE.get(field, (field, str))
            said = ["—" if value is None else told(value) for value in (was.get(field), will.get(field))]
            found.append(Changed(f"{name} · {label}", *said))
    return found


def differences(rules: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """By which rules the replay differs from the ledger, and by how many points: `("Tier", "+242")`."""
    names = {rule.code: reasons.name_of(rule) for rule in EarnRule.objects.filter(code__in=rules)} if rules else {}
    for code, more in rules.items():
        yield str(OF_THE_HOUSE.get(code) or names.get(code, code)), signed(more)


def headline(row: Simulation) -> str:
    """`−3.2 % points issued, 214 members lose Gold, liability −¥1,240.00`: the result in a line."""
    if row.state != Simulation.State.DONE:
        return ""
    said = row.result
    today, changed = (sum(said[side]["issued"]) for side in ("today", "changed"))
    parts = [_("%(change)s points issued") % {"change": percent(today, changed)}, movement(said)]
    liability = said["changed"]["liability"][-1] - said["today"]["liability"][-1]
    parts.append(_("liability %(change)s") % {"change": signed(liability, money=True)})
    return show.listed(parts)


def movement(said: Mapping[str, Any]) -> str:
    """Which tier most members lose, or else rise to: `214 members lose Gold`."""
    lost, won = report.lost_and_won(said["moves"], said["ladder"])
    found = lost if sum(lost.values()) >= sum(won.values()) else won
    if not found:
        return _("nobody moves tier")
    tier = max(found, key=lambda one: found[one])
    told = {"n": show.number(found[tier]), "tier": words.of(words.TIER, tier)}
    if found is lost:
        return ngettext("%(n)s member loses %(tier)s", "%(n)s members lose %(tier)s", found[tier]) % told
    return ngettext("%(n)s member rises to %(tier)s", "%(n)s members rise to %(tier)s", found[tier]) % told


def percent(today: int, changed: int) -> str:
    """`−3.2 %`, `+0 %` where nothing differs; what grew out of nothing has no share."""
    if today == 0:
        return f"±0{NBSP}%" if changed == 0 else _("from nothing to %(points)s") % {"points": show.number(changed)}
    tenths = round(1000 * (changed - today) / today)
    sign = "±" if not tenths else "+" if tenths > 0 else show.MINUS
    return f"{sign}{abs(tenths) / 10:,g}{NBSP}%"


def signed(value: int, *, money: bool = False) -> str:
    """`+1,204`, `−¥1,240.00`, `±0`."""
    told = show.money(value) if money else show.number(value)
    return f"+{told}" if value > 0 else told if value else f"±{told}"
