"""Cases in words and signs: `{% load cases %}`."""

import datetime as dt

from django import template
from django.utils.functional import Promise as Lazy
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from core import clock, parameters, show
from core.models import User
from core.templatetags import ui
from members.policy import names
from service_desk.models import Case
from service_desk.models.choices import CaseChannel, Kind, Promise
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.wording import deadlines

register = template.Library()

KINDS = {
    "enquiry": "message-circle-question-mark", "complaint": "message-square-warning", "request": "hand-helping",
    "suggestion": "lightbulb", "praise": "heart",
}  # fmt: skip
CHANNELS = {
    "hotline": "phone", "web": "globe", "chat": "messages-square", "email": "mail", "counter": "store", "social": "share-2",
}  # fmt: skip
HERS: dict[str, tuple[str, str | Lazy]] = {
    "new": ("info", pgettext_lazy("a case as the member sees it", "received")),
    "open": ("info", pgettext_lazy("a case as the member sees it", "we are on it")),
    "inside": ("info", pgettext_lazy("a case as the member sees it", "we are on it")),
    "waiting": ("warn", pgettext_lazy("a case as the member sees it", "waits for your answer")),
    "resolved": ("ok", pgettext_lazy("a case as the member sees it", "solved")),
    "closed": ("quiet", pgettext_lazy("a case as the member sees it", "closed")),
}


@register.filter
def kind_icon(kind: str) -> str:
    """The name of the sign (lucide) of a kind of case."""
    return KINDS.get(kind, "message-circle")


@register.filter
def channel_icon(channel: str) -> str:
    """The name of the sign (lucide) of a channel."""
    return CHANNELS.get(channel, "message-circle")


@register.filter
def channel_word(channel: str) -> str:
    return str(CaseChannel(channel).label)


@register.filter
def kind_word(kind: str) -> str:
    return str(Kind(kind).label)


@register.filter
def her_state(case: Case) -> SafeString:
    """Where a case stands, in words for the member."""
    tone, word = HERS.get(case.state, HERS["closed"])
    return ui.status_pill(tone, str(word))


@register.filter
def promise_word(promise: str) -> str:
    return str(Promise(promise).label)


@register.filter
def percent(bps: int | None) -> str:
    """`9,750` basis points → `97.5 %`."""
    return "—" if bps is None else f"{bps / 100:g} %"


@register.filter
def minutes(count: int | None) -> str:
    """Business minutes: `3 h 10 min`."""
    return "—" if count is None else deadlines.minutes(count)


@register.filter
def deadline(case: Case) -> SafeString:
    """What is left of the next deadline, as a pill: words, a sign, and a colour."""
    return left(case.due_at)


@register.filter
def left(due_at: dt.datetime | None) -> SafeString:
    near = dt.timedelta(minutes=parameters.in_force(ServiceDeskParameters).near_breach_minutes)
    tone, text = deadlines.left(due_at, now=clock.now(), near=near)
    return ui.status_pill(tone, text)


@register.filter
def next_promise(case: Case) -> str:
    """Which promise the next deadline is about; from clocks that were read with the list."""
    due = case.due_at
    found = next((one for one in case.clocks.all() if one.is_running and one.due_at == due), None) if due else None
    return str(found.get_promise_display()) if found else ""


@register.filter
def masked_person(case: Case) -> str:
    """Who it is, as staff see it: the member's masked name, or that of whoever wrote."""
    name = case.member.name if case.member else case.contact_name
    return names.masked(name) if name else ""


@register.filter
def looking(case: Case, user: User) -> str:
    """Who else has the case open."""
    return show.listed(str(one.user) for one in case.viewings.all() if one.user_id != user.pk)
