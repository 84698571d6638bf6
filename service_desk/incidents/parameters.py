"""What the parameters of emergencies are called on screen (SEC-07 · D12)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.incidents.policy.parameters import IncidentParameters

parameters.register(
    IncidentParameters,
    title=_("Emergencies"),
    department="service",
    labels={
        "plan_months": _("An emergency plan is gone over every"),
        "drill_months": _("An emergency plan is drilled every"),
        "remind_ahead_days": _("Whoever keeps a plan is reminded before, by"),
        "review_up_to": _("A review is owed up to severity"),
        "tell_alone": _("One person alone writes to at most so many members"),
        "authority_hours": _("A breach of personal data is reported to the authority within"),
    },
)
