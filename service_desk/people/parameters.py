"""What the parameters of training are called on screen (SEC-07 · A6.1, D7.1)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.people.policy.parameters import PerformanceParameters, TrainingParameters

parameters.register(
    TrainingParameters,
    title=_("Training"),
    department="service",
    labels={
        "refresher_days": _("A refresher is given before a certificate ends, by"),
        "refresher_least_days": _("Least time for a refresher"),
        "remind_days": _("Remind before a course is due"),
        "launch_least": _("Certified sellers before a launch, in every store at least"),
        "launch_share_bps": _("… and of its sellers"),
    },
)
parameters.register(
    PerformanceParameters,
    title=_("Performance"),
    department="service",
    labels={
        "close_after_days": _("Score-cards are closed after the period ends, by"),
        "objection_days": _("One may object to a score for"),
        "history_months": _("Months that a score-card looks back"),
    },
)
