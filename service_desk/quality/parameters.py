"""What the parameters of coordination are called on screen (SEC-07 · B10)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.quality.policy.parameters import CoordinationParameters

parameters.register(
    CoordinationParameters,
    title=_("Tasks and projects"),
    department="operations",
    labels={
        "remind_ahead_days": _("Remind of a task before it is due"),
        "remind_every_days": _("Remind of a late task every"),
    },
)
