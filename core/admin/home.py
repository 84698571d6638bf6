"""The home of the back office: what waits for me, and today's numbers."""

import datetime as dt
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import approvals, audit, clock, figures, show, worklists
from core.models import Approval, AuditRecord, JobRun, Message, PoisonRow, User

ALERTS_FOR = dt.timedelta(days=1)
TALL, STEP = 32, 8
"""The picture of a figure: how high, and how far apart its bars stand."""


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by the admin theme for `/admin/`."""
    if isinstance(request.user, User):
        every = [
            {"label": one.worklist.label, "told": one.told, "count": one.count, "url": one.worklist.address,
             "icon": one.worklist.icon, "urgent": one.worklist.urgent}
            for one in worklists.waiting_for(request.user)
        ]  # fmt: skip
        context["waiting"] = [one for one in every if one["count"]]
        context["done"] = [one for one in every if not one["count"]]
        context["numbers"] = [_told(shown) for shown in figures.shown_to(request.user)]
        context["days"] = [_short(day) for day in figures.days()]
    context["title"] = _("Workbench")
    return context


def _told(shown: figures.Shown) -> dict[str, Any]:
    """A figure as the page needs it: words, and bars whose highest fills the picture."""
    write = show.price if shown.figure.money else show.number
    top = max(shown.values) or 1
    heights = [max(TALL * value // top, 1) if value else 0 for value in shown.values]
    return {
        "label": shown.figure.label,
        "value": write(shown.value),
        "waits": shown.figure.waits,
        "bad": shown.figure.is_bad and shown.value > 0,
        "yesterday": write(shown.yesterday),
        "lowest": write(min(shown.values)),
        "highest": write(max(shown.values)),
        "url": shown.address,
        "bars": [{"x": number * STEP, "y": TALL - height, "height": height} for number, height in enumerate(heights)],
        "values": [write(value) for value in shown.values],
    }


def _short(day: dt.date) -> str:
    return show.month_day(day.month, day.day)


def waiting_approvals(request: HttpRequest) -> int:
    """The number beside “Approvals” in the side bar."""
    return approvals.waiting_for(request.user)[:100].count() if isinstance(request.user, User) else 0


def _alerts(user: User) -> Any:
    since = clock.now() - ALERTS_FOR
    return AuditRecord.objects.filter(action__gte=audit.ALERT, action__lt=f"{audit.ALERT}\U0010ffff", at__gt=since)


def _messages(_user: User, _days: list[dt.date]) -> Any:
    """Given up, by the day they were written; older ones still count."""
    return figures.grouped(Message.objects.filter(state=Message.State.DEAD), "created_at", dead=Count("pk"))


def _jobs(_user: User, days: list[dt.date]) -> Any:
    failed = JobRun.objects.filter(state=JobRun.State.FAILED, started_at__gte=figures.midnight(days[0]))
    return figures.grouped(failed, "started_at", failed=Count("pk"))


def _enter_figures() -> None:
    figures.register(
        figures.Table(
            code="core.messages",
            right="core.view_message",
            by_day=_messages,
            figures=(
                figures.Figure(
                    code="dead", label=_("Messages not delivered"), column="dead", waits=True, is_bad=True,
                    url="admin:core_message_changelist", query={"state__exact": "dead"},
                ),
            ),
        )
    )  # fmt: skip
    figures.register(
        figures.Table(
            code="core.jobs",
            right="core.view_jobrun",
            by_day=_jobs,
            figures=(
                figures.Figure(
                    code="failed", label=_("Failed jobs"), column="failed", is_bad=True, since="started_at",
                    url="admin:core_jobrun_changelist", query={"state__exact": "failed"},
                ),
            ),
        )
    )  # fmt: skip


def enter() -> None:
    """Core's own worklists and figures. Addresses are asked for when a page is made, not when this module is read."""
    _enter_figures()
    worklists.register(
        worklists.Worklist(
            code="approvals",
            label=_("Approvals that wait for my decision"),
            rows=approvals.waiting_for,
            url="admin:core_approval_changelist",
            icon="rule",
            urgent=True,
        )
    )
    worklists.register(
        worklists.Worklist(
            code="asked",
            label=_("My requests that wait for somebody else"),
            rows=lambda user: Approval.objects.filter(author=user, state=Approval.State.PENDING),
            url="admin:core_approval_changelist",
            query="whose=asked",
            icon="hourglass_top",
        )
    )
    worklists.register(
        worklists.Worklist(
            code="failed_jobs",
            label=_("Jobs that failed in the last week"),
            rows=lambda _user: JobRun.objects.filter(
                state=JobRun.State.FAILED, started_at__gt=clock.now() - dt.timedelta(days=7)
            ),
            url="admin:core_jobrun_changelist",
            query="state__exact=failed",
            right="core.start_job",
            icon="sync_problem",
            urgent=True,
        )
    )
    worklists.register(
        worklists.Worklist(
            code="poison",
            label=_("Rows that jobs set aside"),
            rows=lambda _user: PoisonRow.objects.filter(resolved_at__isnull=True),
            url="admin:core_jobrun_changelist",
            right="core.start_job",
            icon="running_with_errors",
        )
    )
    worklists.register(
        worklists.Worklist(
            code="dead_messages",
            label=_("Messages given up"),
            rows=lambda _user: Message.objects.filter(state=Message.State.DEAD),
            url="admin:core_message_changelist",
            query="state__exact=dead",
            right="core.retry_message",
            icon="unsubscribe",
            urgent=True,
        )
    )
    worklists.register(
        worklists.Worklist(
            code="alerts",
            label=_("Security alerts of the last 24 hours"),
            rows=_alerts,
            url="admin:core_auditrecord_changelist",
            query="what=core.alert.",
            right="core.view_auditrecord",
            icon="gpp_maybe",
            urgent=True,
        )
    )
