"""An earn rule in words: what it gives, when, where, on what and to whom, within which limits, beside which others (LOY-04)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock, parameters, show, words
from core.models import Store
from loyalty.policy.parameters import TierParameters
from loyalty.policy.rules import Cap, Effect, Kind, Per, Rule, When, Which
from loyalty.policy.tasks import Task

TASKS = {
    Task.LOGIN: gettext_lazy("an online account"),
    Task.EMAIL: gettext_lazy("a confirmed e-mail address"),
    Task.PROFILE: gettext_lazy("a complete profile"),
    Task.PREFERENCES: gettext_lazy("preferences set"),
}
DAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)
FOR_EACH = {
    Per.PURCHASE: gettext_lazy("at most %(points)s each time"),
    Per.DAY: gettext_lazy("at most %(points)s a day for each member"),
    Per.MONTH: gettext_lazy("at most %(points)s a month for each member"),
    Per.YEAR: gettext_lazy("at most %(points)s a year for each member"),
    Per.EVER: gettext_lazy("at most %(points)s in all for each member"),
}
FOR_ME = {
    Per.PURCHASE: gettext_lazy("at most %(points)s each time"),
    Per.DAY: gettext_lazy("at most %(points)s a day"),
    Per.MONTH: gettext_lazy("at most %(points)s a month"),
    Per.YEAR: gettext_lazy("at most %(points)s a year"),
    Per.EVER: gettext_lazy("at most %(points)s in all"),
}
FOR_ALL = {
    Per.DAY: gettext_lazy("at most %(points)s a day for all members together"),
    Per.MONTH: gettext_lazy("at most %(points)s a month for all members together"),
    Per.YEAR: gettext_lazy("at most %(points)s a year for all members together"),
    Per.EVER: gettext_lazy("at most %(points)s in all for all members together"),
}
USUAL_PRIORITY = 100


@dataclass(frozen=True)
class Names:
    """What stores are called, and the ladder of tiers from the lowest."""

    stores: dict[str, str] = field(default_factory=dict)
    ladder: tuple[str, ...] = ()

    @classmethod
    def read(cls) -> "Names":
        ladder = tuple(tier.code for tier in parameters.in_force(TierParameters).ladder)
        return cls(dict(Store.objects.values_list("code", "name")), ladder)

    def store(self, code: str) -> str:
        return self.stores.get(code, code)


def sentence(rule: Rule, names: Names, *, for_members: bool = False) -> str:
    """The whole rule in one sentence. Members are not told of the programme's cap, nor of the order of rules."""
    conditions = _listed((_when(rule.when), _where(rule.when, names), goods(rule.which), *_who(rule.when, names)))
    head = gives(rule, for_members=for_members)
    if conditions:
        head = _("%(points)s %(conditions)s") % {"points": head, "conditions": conditions}
    limits = [_limit(FOR_ME if for_members else FOR_EACH, rule.cap)]
    if not for_members:
        limits += [_limit(FOR_ALL, rule.programme_cap), _order(rule)]
    return capfirst(_joined("；", "; ", [head, *limits]))


def gives(rule: Rule, *, for_members: bool = False) -> str:
    """`Double points`, `1 point for every ¥1`, `500 points for a friend who joins`. To members an event is its name."""
    if for_members and rule.kind is Kind.EVENT:
        return _("%(points)s for coming") % {"points": _how_many(rule)}
    return {
        Kind.PURCHASE: "%(points)s",
        Kind.CARD_PURCHASE: _("%(points)s for a card bought"),
        Kind.RENEWAL: _("%(points)s for a card renewed"),
        Kind.TASK: _("%(points)s for %(task)s"),
        Kind.EVENT: _("%(points)s for coming to %(task)s"),
        Kind.REFERRAL: _("%(points)s for a friend who joins"),
    }[rule.kind] % {"points": _how_many(rule), "task": _tasks(rule.when.codes, rule.kind)}


def points_of(number: int) -> str:
    return ngettext("%(n)s point", "%(n)s points", number) % {"n": show.number(number)}


def times(bps: int) -> str:
    """`× 1.5`"""
    return f"{bps / 10_000:g}"


def _how_many(rule: Rule) -> str:
    if rule.effect is Effect.RATE:
        amount = show.price(rule.per_minor)
        return _("%(points)s for every %(amount)s") % {"points": points_of(rule.points), "amount": amount}
    if rule.effect is Effect.MULTIPLY:
        named = {20_000: _("double points"), 30_000: _("triple points")}
        return named.get(rule.bps) or _("points × %(times)s") % {"times": times(rule.bps)}
    if rule.effect is Effect.BONUS_PER_UNIT:
        return _("%(points)s for each piece") % {"points": points_of(rule.points)}
    if rule.kind is Kind.PURCHASE:
        more = ngettext("%(n)s extra point", "%(n)s extra points", rule.points)
        return more % {"n": show.number(rule.points)}
    return points_of(rule.points)


def _tasks(codes: Iterable[str], kind: Kind) -> str:
    if not codes:
        return _("any event") if kind is Kind.EVENT else _("any task")
    return _and(task_name(code) for code in sorted(codes))


def task_name(code: str) -> str:
    return str(TASKS[Task(code)]) if code in set(Task) else _("“%(code)s”") % {"code": code}


def _when(when: When) -> str:
    days = [_holidays(when), _weekdays(when.weekdays), _days_of_month(when.days_of_month)]
    return _joined("", " ", (_between(when), _listed(days), _hours(when)))


def _between(when: When) -> str:
    begins, ends = when.starts_at, when.ends_at
    if begins and ends:
        return _("from %(begin)s to %(end)s") % {"begin": _from(begins), "end": _until(ends)}
    if begins:
        return _("from %(begin)s") % {"begin": _from(begins)}
    return _("until %(end)s") % {"end": _until(ends)} if ends else ""


def _from(moment: datetime) -> str:
    return show.day(moment) if _is_midnight(moment) else show.moment(moment)


def _until(moment: datetime) -> str:
    """What ends at midnight ends with the day before."""
    return show.day(moment - timedelta(days=1)) if _is_midnight(moment) else show.moment(moment)


def _is_midnight(moment: datetime) -> bool:
    return moment.astimezone(clock.zone()).time() == time()


def _holidays(when: When) -> str:
    return _("on public holidays") if when.on_holidays else ""


def _weekdays(days: frozenset[int]) -> str:
    if days == {5, 6}:
        return _("at weekends")
    if days == {0, 1, 2, 3, 4}:
        return _("from Monday to Friday")
    return _("on %(days)s") % {"days": _and(str(DAYS[day]) for day in sorted(days))} if days else ""


def _days_of_month(days: frozenset[int]) -> str:
    if not days:
        return ""
    named = _and(str(day) if show.in_chinese() else _ordinal(day) for day in sorted(days))
    return _("on the %(days)s of the month") % {"days": named}


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _hours(when: When) -> str:
    spans = [_("from %(begin)s to %(end)s") % {"begin": clock_face(b), "end": clock_face(e)} for b, e in when.hours]
    return _and(spans)


def clock_face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _where(when: When, names: Names) -> str:
    if not when.stores:
        return ""
    return _("at %(stores)s") % {"stores": _and(sorted(names.store(code) for code in when.stores))}


def goods(which: Which) -> str:
    said = []
    if taken := sorted(which.categories | which.skus):
        said.append(_("on %(goods)s") % {"goods": _and(taken)})
    if not_taken := sorted(which.not_categories | which.not_skus):
        said.append(_("except %(goods)s") % {"goods": _and(not_taken)})
    return _listed(said)


def _who(when: When, names: Names) -> list[str]:
    said = []
    if when.min_net_minor:
        said.append(_("for amounts from %(amount)s") % {"amount": show.price(when.min_net_minor)})
    if when.first_only:
        said.append(_("the first time only"))
    if when.birthday_days is not None:
        said.append(_birthday(when.birthday_days))
    if when.tiers:
        said.append(_("for %(tiers)s") % {"tiers": tiers_of(when.tiers, names)})
    return said


def _birthday(days: int) -> str:
    if not days:
        return _("on the birthday")
    around = ngettext("once within %(n)s day of the birthday", "once within %(n)s days of the birthday", days)
    return around % {"n": days}


def tiers_of(codes: frozenset[str], names: Names) -> str:
    """`Silver and above`, where no higher tier is missing."""
    ordered = [code for code in names.ladder if code in codes] + sorted(codes - set(names.ladder))
    if len(ordered) > 1 and tuple(ordered) == names.ladder[-len(ordered) :]:
        return _("%(tier)s and above") % {"tier": words.of(words.TIER, ordered[0])}
    return _and(words.of(words.TIER, code) for code in ordered)


def _limit(said: Mapping[Per, object], cap: Cap | None) -> str:
    return str(said[cap.per]) % {"points": points_of(cap.points)} if cap else ""


def _order(rule: Rule) -> str:
    if rule.group:
        return _("in the group “%(group)s” with priority %(priority)s") % {
            "group": rule.group,
            "priority": rule.priority,
        }
    return _("priority %(priority)s") % {"priority": rule.priority} if rule.priority != USUAL_PRIORITY else ""


def _and(items: Iterable[str]) -> str:
    """`Mondays, Tuesdays and Fridays`"""
    said = list(items)
    if show.in_chinese() or len(said) < 2:
        return show.listed(said)
    return _("%(several)s and %(last)s") % {"several": show.listed(said[:-1]), "last": said[-1]}


def _joined(chinese: str, latin: str, parts: Iterable[str]) -> str:
    """The parts that say anything, as the reader's language joins them."""
    return (chinese if show.in_chinese() else latin).join(part for part in parts if part)


def _listed(parts: Iterable[str]) -> str:
    return _joined("，", ", ", parts)
