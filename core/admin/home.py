"""The home of the back office: what waits for me."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import approvals, audit, clock, worklists
from core.models import Approval, AuditRecord, JobRun, Message, PoisonRow, User

ALERTS_FOR = dt.timedelta(days=1)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by the admin theme for `/admin/`."""
    if isinstance(request.user, User):
        context["waiting"] = [
            {"label": one.worklist.label, "told": one.told, "count": one.count, "url": one.worklist.address,
             "icon": one.worklist.icon, "urgent": one.worklist.urgent and one.count > 0}
            for one in worklists.waiting_for(request.user)
        ]  # fmt: skip
    context["title"] = _("What waits for me")
    return context


def waiting_approvals(request: HttpRequest) -> int:
    """The number beside “Approvals” in the side bar."""
    return approvals.waiting_for(request.user)[:100].count() if isinstance(request.user, User) else 0


def _alerts(user: User) -> Any:
    since = clock.now() - ALERTS_FOR
    return AuditRecord.objects.filter(action__gte=audit.ALERT, action__lt=f"{audit.ALERT}\U0010ffff", at__gt=since)


def enter() -> None:
    """Core's own worklists. Addresses are asked for when a page is made, not when this module is read."""
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
