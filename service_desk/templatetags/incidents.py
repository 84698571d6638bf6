"""Emergencies in words and signs, and what a case shows of its incident: `{% load incidents %}`."""

import datetime as dt
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import show
from core.models import User
from service_desk.incidents.models import Incident, IncidentEntry, IncidentReview, IncidentTelling, PlanVersion
from service_desk.incidents.operations import telling
from service_desk.incidents.queries import rooms
from service_desk.models import Case
from service_desk.queries import cases

register = template.Library()
Kind = IncidentEntry.Kind
ICONS = {
    Kind.DECLARED: "siren", Kind.NOTE: "notebook-pen", Kind.CALL: "phone", Kind.DECISION: "gavel",
    Kind.CALLED: "bell-ring", Kind.ANSWERED: "check", Kind.LEADS: "user-round", Kind.SEVERITY: "gauge",
    Kind.STATE: "flag", Kind.STEP: "list-checks", Kind.CASES: "folder-open", Kind.TOLD: "megaphone",
    Kind.ANNOUNCED: "megaphone", Kind.REPORTED: "landmark", Kind.REVIEW: "book-open-check",
}  # fmt: skip
INTERVALS: dict[str, str | Promise] = {
    "declared": _("declared"), "acknowledged": _("acknowledged"), "contained": _("contained"),
    "resolved": _("resolved"), "told": _("members told"),
}  # fmt: skip
TELLING = {"waiting": "warn", "sending": "info", "sent": "ok", "dropped": "quiet"}
REVIEW = {"draft": "quiet", "waiting": "warn", "agreed": "ok"}
VERSION = {"draft": "quiet", "waiting": "warn", "published": "ok", "replaced": "quiet"}


@register.filter
def entry_icon(entry: IncidentEntry) -> str:
    return ICONS[Kind(entry.kind)]


@register.filter
def entry_title(entry: IncidentEntry) -> str:
    """What a line of the time line says, in the reader's language: it is stored as facts."""
    data = entry.data
    match Kind(entry.kind):
        case Kind.CALLED:
            return _called(data)
        case Kind.SEVERITY:
            return _now("Severity %(before)s → %(after)s") % _plain(data)
        case Kind.STATE:
            return _now("It is %(state)s") % {"state": Incident.State(data["after"]).label}
        case Kind.LEADS if data.get("before"):
            return _now("Takes the lead from %(before)s") % _plain(data)
        case Kind.CASES:
            return _cases(data)
        case Kind.TOLD:
            count = data["members"]
            text = ngettext("%(n)s member is told", "%(n)s members are told", count)
            return text % {"n": show.number(count)}
        case Kind.ANNOUNCED:
            return _now("Notice in the portal taken back") if data["ended"] else _now("Notice in the portal asked for")
        case Kind.REPORTED:
            return _now("Reported to %(authority)s") % _plain(data)
        case Kind.REVIEW:
            return _now("Review agreed") if data["agreed"] else _now("Review handed to a second person")
        case Kind.STEP if data.get("late"):
            return _now("Step of the plan, late")
    return str(entry.get_kind_display()).capitalize()


def _plain(data: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in data.items()}


def _called(data: dict[str, Any]) -> str:
    who = show.listed(data["people"])
    if not who:
        return _now("Nobody stands at level %(n)s") % {"n": data["level"]}
    if data["all"]:
        return _now("Everybody who may lead is called: %(who)s") % {"who": who}
    return _now("Level %(n)s is called: %(who)s") % {"n": data["level"], "who": who}


def _cases(data: dict[str, Any]) -> str:
    if data["count"] < 0:
        return _now("Case taken out: %(numbers)s") % {"numbers": show.listed(data["numbers"])}
    text = ngettext("%(n)s case linked: %(numbers)s", "%(n)s cases linked: %(numbers)s", data["count"])
    return text % {"n": show.number(data["count"]), "numbers": show.listed(data["numbers"])}


@register.filter
def span(value: dt.timedelta | None) -> str:
    """`under a minute`, `7 min`, `3 h 05 min`, `2 d 4 h`."""
    if value is None:
        return "—"
    minutes = int(value.total_seconds() // 60)
    if minutes < 1:
        return _now("under a minute")
    if minutes < 60:
        return _now("%(m)s min") % {"m": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _now("%(h)s h %(m)s min") % {"h": hours, "m": f"{minutes:02}"}
    return _now("%(d)s d %(h)s h") % {"d": hours // 24, "h": hours % 24}


@register.filter
def lasted(incident: Incident, now: dt.datetime) -> str:
    """Since it was noticed: until now, or until it was resolved."""
    return span((incident.resolved_at or now) - incident.since_at)


@register.filter
def until(moment: dt.datetime, now: dt.datetime) -> str:
    """How long there still is, or since when there is not."""
    if moment >= now:
        return _now("%(time)s left") % {"time": span(moment - now)}
    return _now("overdue by %(time)s") % {"time": span(now - moment)}


@register.filter
def interval_name(name: str) -> str:
    return str(INTERVALS[name])


@register.filter
def telling_title(row: IncidentTelling) -> str:
    return telling.title_of(row)


@register.filter
def telling_tone(row: IncidentTelling) -> str:
    return TELLING[row.state]


@register.filter
def telling_most(row: IncidentTelling) -> int:
    """The end of the bar: more may be concerned by now than were when it was written."""
    return max(row.expected, row.told, 1)


@register.filter
def review_tone(row: IncidentReview) -> str:
    return REVIEW[row.state]


@register.filter
def version_tone(row: PlanVersion) -> str:
    return VERSION[row.state]


@register.inclusion_tag("admin/service_desk/incidents/_of_case.html", takes_context=True)
def incident_banner(context: template.Context, case: Case, user: User) -> dict[str, Any]:
    """The incident that a case belongs to, with what is to be answered; or how to say that it belongs to one."""
    rows = list(rooms.around(case, user))
    mine = next((row for row in rows if vars(row)["is_its_own"]), None)
    forms = context.get("forms") or {}
    return {
        "case": case,
        "incident": mine,
        "answer": _answer(mine, cases.language_of(case)) if mine else "",
        "into": forms["reply"]["text"].id_for_label if "reply" in forms else "",
        "open_incidents": [row for row in rows if row.is_going_on],
        "may_handle": context.get("may_handle"),
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


def _answer(incident: Incident, language: str) -> str:
    texts: dict[str, str] = incident.answers
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
