"""What a dry run says of each condition: what was wanted, what was found (LOY-17); and a rule's fields for whoever approves."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import show, words
from loyalty.models import EarnRule
from loyalty.policy import earning
from loyalty.policy.earning import Verdict
from loyalty.policy.rules import Answer, Kind, Which
from loyalty.queries.dry_runs import Run
from loyalty.wording import reasons, sentences
from loyalty.wording.sentences import Names

KINDS = {
    Kind.PURCHASE: gettext_lazy("a purchase"),
    Kind.CARD_PURCHASE: gettext_lazy("a card bought"),
    Kind.RENEWAL: gettext_lazy("a card renewed"),
    Kind.TASK: gettext_lazy("a task done"),
    Kind.EVENT: gettext_lazy("an event attended"),
    Kind.REFERRAL: gettext_lazy("a friend invited"),
}
LABELS = {
    "kind": gettext_lazy("Occasion"),
    "starts": gettext_lazy("Not before"),
    "ends": gettext_lazy("Ends at"),
    "holiday": gettext_lazy("Public holiday"),
    "weekday": gettext_lazy("Day of the week"),
    "day_of_month": gettext_lazy("Day of the month"),
    "hours": gettext_lazy("Hours"),
    "tier": gettext_lazy("Tier"),
    "store": gettext_lazy("Store"),
    "code": gettext_lazy("Task or event"),
    "min_net": gettext_lazy("Amount"),
    "first": gettext_lazy("First time"),
    "birthday": gettext_lazy("Birthday"),
    "lines": gettext_lazy("Goods"),
}


def told(answer: Answer, names: Names, *, hides_birthday: bool = False) -> dict[str, Any]:
    """One condition: its name, whether it is met, what was wanted and what was found. Of a real member's birthday only
    whether it is near.
    """
    wanted, found = _SAID.get(answer.code, (_plain, _plain))
    if answer.code == "birthday" and hides_birthday and answer.met:
        found = _near
    elif answer.code == "birthday" and hides_birthday:
        found = _far
    return {
        "label": LABELS[answer.code],
        "met": answer.met,
        "wanted": wanted(answer.wanted, names),
        "found": found(answer.found, names),
    }


def run_told(run: Run, *, draft: str, hides_birthday: bool) -> dict[str, Any]:
    """A dry run for its page: the rules that were used, those passed over, those that did not apply, and those that are
    for other occasions.
    """
    names = Names.read()
    codes = [verdict.rule.code for verdict in run.verdicts]
    called = {**HOUSE} | {rule.code: reasons.name_of(rule) for rule in EarnRule.objects.filter(code__in=codes)}
    rows = [_verdict(one, names, called, draft=draft, hides_birthday=hides_birthday) for one in run.verdicts]
    return {
        "used": [row for row in rows if row["met"] and not row["beaten_by"]],
        "passed_over": [row for row in rows if row["met"] and row["beaten_by"]],
        "unmet": [row for row in rows if not row["met"] and row["is_asked"]],
        "elsewhere": [row for row in rows if not row["is_asked"]],
        "total": sum(row["points"] for row in rows),
    }


HOUSE: Mapping[str, Any] = {
    earning.BASE: gettext_lazy("Base rate"),
    earning.TIER: gettext_lazy("Tier"),
    earning.BIRTHDAY: gettext_lazy("Birthday"),
}


def _verdict(
    verdict: Verdict, names: Names, called: Mapping[str, Any], *, draft: str, hides_birthday: bool
) -> dict[str, Any]:
    rule, part = verdict.rule, verdict.part
    return {
        "name": called.get(rule.code) or _("The new rule"),
        "is_draft": rule.code == draft,
        "sentence": sentences.sentence(rule, names),
        "met": verdict.met,
        "is_asked": verdict.answers[0].met,
        "beaten_by": called.get(verdict.beaten_by, _("the new rule")) if verdict.beaten_by else "",
        "points": part.points if part else 0,
        "cut": part.cut if part else 0,
        "programme_cut": part.programme_cut if part else 0,
        "answers": [told(answer, names, hides_birthday=hides_birthday) for answer in verdict.answers],
    }


Say = Callable[[Any, Names], str]


def _plain(value: Any, _names: Names) -> str:
    return show.listed(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _kind(value: Kind, _names: Names) -> str:
    return str(KINDS[value])


def _moment(value: Any, _names: Names) -> str:
    return show.moment(value)


def _yes(value: bool, _names: Names) -> str:
    return _("yes") if value else _("no")


def _weekdays(value: Any, _names: Names) -> str:
    days = value if isinstance(value, list) else [value]
    return show.listed(str(sentences.DAYS[day]) for day in days)


def _spans(value: Any, _names: Names) -> str:
    return show.listed(f"{sentences.clock_face(begin)}–{sentences.clock_face(end)}" for begin, end in value)


def _clock(value: int, _names: Names) -> str:
    return sentences.clock_face(value)


def _tiers(value: list[str], names: Names) -> str:
    return sentences.tiers_of(frozenset(value), names)


def _tier(value: str, _names: Names) -> str:
    return words.of(words.TIER, value) if value else _("none")


def _stores(value: list[str], names: Names) -> str:
    return show.listed(names.store(code) for code in value)


def _store(value: str, names: Names) -> str:
    return names.store(value) if value else _("none")


def _codes(value: list[str], _names: Names) -> str:
    return show.listed(sentences.task_name(code) for code in value)


def _code(value: str, _names: Names) -> str:
    return sentences.task_name(value) if value else _("none")


def _amount(value: int, _names: Names) -> str:
    return show.price(value)


def _around(value: int, _names: Names) -> str:
    return ngettext("at most %(n)s day away", "at most %(n)s days away", value) % {"n": value}


def _away(value: int | None, _names: Names) -> str:
    if value is None:
        return _("not known, or counted this year already")
    return ngettext("%(n)s day away", "%(n)s days away", value) % {"n": value}


def _near(_value: int | None, _names: Names) -> str:
    return _("near")


def _far(_value: int | None, _names: Names) -> str:
    return _("not near, not known, or counted this year already")


def _goods(value: Which, _names: Names) -> str:
    return sentences.goods(value)


def _lines(value: int, _names: Names) -> str:
    return ngettext("%(n)s line", "%(n)s lines", value) % {"n": value}


_SAID: Mapping[str, tuple[Say, Say]] = {
    "kind": (_kind, _kind),
    "starts": (_moment, _moment),
    "ends": (_moment, _moment),
    "holiday": (_yes, _yes),
    "weekday": (_weekdays, _weekdays),
    "hours": (_spans, _clock),
    "tier": (_tiers, _tier),
    "store": (_stores, _store),
    "code": (_codes, _code),
    "min_net": (_amount, _amount),
    "first": (_yes, _yes),
    "birthday": (_around, _away),
    "lines": (_goods, _lines),
}
