"""Looking at personal data (SEC-02, SEC-03): one field, with a reason, audited before it is shown (invariant 41)."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import access, audit, clock, parameters
from core.models import AuditRecord, User
from core.parameter_values import parameter
from core.refusals import Refusal

RIGHT = "core.reveal_personal_data"
ACTION = "core.personal_data.reveal"


@dataclass(frozen=True)
class RevealParameters:
    """SEC-02 · A7.3.2 — how much personal data one colleague may look at before somebody asks why."""

    AREA: ClassVar[str] = "personal_data"

    alert_above_an_hour: int = parameter(20, unit="fields", clause="SEC-02 · A7.3.2", minimum=1, maximum=1_000)
    refuse_above_a_day: int = parameter(100, unit="fields", clause="SEC-02 · A7.3.2", minimum=1, maximum=10_000)


parameters.register(
    RevealParameters,
    title=_("Access to personal data"),
    department="operations",
    labels={
        "alert_above_an_hour": _("alert above, per person and hour"),
        "refuse_above_a_day": _("refuse above, per person and day"),
    },
)


def reveal(subject: models.Model, field: str, *, by: User, reason: str, member_id: int | None = None) -> str:
    """The plain value of a sealed field. The record of it is committed before the value is returned."""
    access.require(by, RIGHT)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    _watch(by, subject)
    with transaction.atomic(durable=True):
        audit.record(ACTION, subject=subject, actor=by, member_id=member_id, reason=reason, details={"field": field})
    return str(getattr(subject, field) or "")


def _watch(by: User, subject: models.Model) -> None:
    """Alert once an hour on unusual curiosity; refuse beyond the day's limit."""
    limits, now = parameters.in_force(RevealParameters), clock.now()
    seen = AuditRecord.objects.filter(actor=by, action=ACTION)
    if seen.filter(at__gt=now - dt.timedelta(days=1)).count() >= limits.refuse_above_a_day:
        audit.alert("personal_data_limit", subject=subject, actor=by, details={"limit": limits.refuse_above_a_day})
        raise Refusal("too_much_revealed", status=429)
    hour = now - dt.timedelta(hours=1)
    if seen.filter(at__gt=hour).count() >= limits.alert_above_an_hour:
        alerts = AuditRecord.objects.filter(actor=by, action=f"{audit.ALERT}personal_data_often", at__gt=hour)
        if not alerts.exists():
            audit.alert("personal_data_often", subject=by, actor=by, details={"limit": limits.alert_above_an_hour})
