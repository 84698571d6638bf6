"""What waits for somebody of improvement measures (SVC-05 · D6.3): his own, to agree on, overdue, to verify."""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, worklists
from service_desk.admin.improvements import VIEW
from service_desk.queries import improvements as kept
from service_desk.queries.improvements import AGREE, VERIFY

CHANGELIST = "admin:service_desk_improvementmeasure_changelist"
_LISTS: tuple[tuple[str, str | Promise, worklists.Rows, str, str, str, bool], ...] = (
    ("mine", _("Improvement measures of mine"), kept.of_owner, "which=mine", VIEW, "construction", False),
    ("agree", _("Improvement measures to agree on"), kept.to_agree, "which=agree", AGREE, "handshake", False),
    (
        "overdue", _("Improvement measures overdue"),
        lambda user: kept.overdue(clock.today()).filter(Q(owner=user) | Q(agreed_by=user)), "which=overdue", VIEW,
        "event_busy", True,
    ),
    (
        "verify", _("Improvement measures to verify"), lambda user: kept.to_verify(clock.today(), but=user),
        "which=verify", VERIFY, "fact_check", False,
    ),
)  # fmt: skip
for code, label, rows, query, right, icon, urgent in _LISTS:
    worklists.register(
        worklists.Worklist(
            code=f"improvements.{code}", label=label, rows=rows, url=CHANGELIST, query=query, right=right, icon=icon,
            urgent=urgent,
        )
    )  # fmt: skip
