"""Complaints, compensation and improvements in words and signs: `{% load complaints %}`."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import pgettext, pgettext_lazy

from core import access, show
from core.models import User
from core.templatetags import ui
from loyalty.policy import spoken_codes
from service_desk.models import Case, Compensation, Complaint, ImprovementMeasure
from service_desk.models.complaint_choices import Verdict
from service_desk.policy.codes import Kind
from service_desk.policy.complaints import Stage
from service_desk.queries import complaints as kept
from service_desk.queries.complaints import VIEW

register = template.Library()

STAGES: dict[str, str | Promise] = {
    Stage.RECEIVED: pgettext_lazy("stage of a complaint", "received"),
    Stage.INVESTIGATED: pgettext_lazy("stage of a complaint", "looked into"),
    Stage.FOUND: pgettext_lazy("stage of a complaint", "found"),
    Stage.ANSWERED: pgettext_lazy("stage of a complaint", "answered"),
    Stage.CLOSED: pgettext_lazy("stage of a complaint", "closed"),
}
COMPENSATION = {"waiting": "warn", "at-finance": "warn", "given": "ok", "rejected": "bad", "withdrawn": "quiet"}
MEASURE = {
    "draft": "quiet", "agreed": "info", "working": "info", "done": "warn", "verified": "ok", "not-effective": "bad",
    "dropped": "quiet",
}  # fmt: skip
VERDICT = {"effective": "ok", "less": "warn", "none": "bad", "undecided": "quiet"}
FINDING = {"justified": "warn", "partly": "info", "unfounded": "quiet"}
HERS: dict[str, tuple[str, str | Promise]] = {
    "justified": ("ok", pgettext_lazy("to the member", "Your complaint is justified")),
    "partly": ("ok", pgettext_lazy("to the member", "Your complaint is justified in part")),
    "unfounded": ("info", pgettext_lazy("to the member", "We found no fault of ours")),
}


@register.filter
def stage_word(stage: str) -> str:
    return str(STAGES[stage])


@register.filter
def compensation_state(row: Compensation) -> SafeString:
    return ui.status_pill(COMPENSATION[row.state], row.get_state_display())


@register.filter
def given_as(row: Compensation) -> str:
    """What it is: `500 points`, `¥30 for you · C-7KQ4-M2XP`, `¥120.00`."""
    if row.points:
        return pgettext("compensation", "%(n)s points") % {"n": show.number(row.points)}
    if row.offer is not None:
        code = f" · {spoken_codes.spell(row.coupon.code)}" if row.coupon else ""
        return f"{row.offer.localized_name}{code}"
    return show.money(row.amount_minor, row.currency)


@register.filter
def measure_state(row: ImprovementMeasure) -> SafeString:
    return ui.status_pill(MEASURE[row.state], row.get_state_display())


@register.filter
def finding_pill(row: Complaint) -> SafeString:
    return ui.status_pill(FINDING.get(row.finding, "quiet"), row.get_finding_display())


@register.filter
def my_finding(finding: str) -> SafeString:
    """What was found, as the member is told."""
    tone, word = HERS[finding]
    return ui.status_pill(tone, str(word))


@register.filter
def verdict_pill(verdict: str) -> SafeString:
    return ui.status_pill(VERDICT[verdict], str(Verdict(verdict).label))


@register.filter
def share(bps: int | None) -> str:
    """Basis points as a share: `42 %`; with its sign where it is a change."""
    return "—" if bps is None else f"{bps / 100:.0f}\N{NO-BREAK SPACE}%"


@register.filter
def change(bps: int | None) -> str:
    """`+25 %`, `−40 %`."""
    if bps is None:
        return "—"
    return f"{'+' if bps > 0 else show.MINUS if bps < 0 else '±'}{abs(bps) / 100:.0f}\N{NO-BREAK SPACE}%"


@register.filter
def rate(hundredths: int | None) -> str:
    """Cases per thousand: `1.50`."""
    return "—" if hundredths is None else f"{hundredths / 100:.2f}"


@register.filter
def times(ratio: float | None) -> str:
    """A ratio of two rates: `0.42`; `∞` where there is no end."""
    if ratio is None:
        return "—"
    return "∞" if ratio == float("inf") else f"{ratio:.2f}"


@register.filter
def chance(value: float | None) -> str:
    """A probability: `0.3 %`, `< 0.1 %`."""
    if value is None:
        return "—"
    percent = 100 * value
    return "< 0.1\N{NO-BREAK SPACE}%" if percent < 0.1 else f"{percent:.1f}\N{NO-BREAK SPACE}%"


@register.inclusion_tag("admin/service_desk/_complaint.html")
def complaint_panel(case: Case, user: User) -> dict[str, Any]:
    """`{% complaint_panel case user %}`: what the page of a case shows of its complaint; nothing of any other case."""
    may = case.kind == Kind.COMPLAINT and access.allows(user, VIEW)
    return {"whole": kept.brief(case) if may else None, "case": case}


@register.inclusion_tag("service_desk/portal/_complaint.html")
def my_complaint(case: Case) -> dict[str, Any]:
    """`{% my_complaint case %}`: what a member's own page of a case shows of her complaint; that it is hers the page knows."""
    return {"shown": kept.shown(case) if case.kind == Kind.COMPLAINT else None, "case": case}
