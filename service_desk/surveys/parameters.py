"""What the parameters of surveys are called on screen (SEC-07 · D5)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.surveys.policy.parameters import SurveyParameters

parameters.register(
    SurveyParameters,
    title=_("Surveys"),
    department="service",
    labels={
        "rest_days": _("At most one survey per member in"),
        "late_days": _("Asked after the day it is due, at the latest, by"),
        "link_days": _("A link can be answered for"),
        "satisfied_from": _("Satisfied, of 5, from"),
        "csat_low": _("Satisfaction: low, and followed up, up to"),
        "nps_low": _("Recommendation: low, and followed up, up to"),
        "ces_low": _("Ease: low, and followed up, up to"),
        "least_answers": _("Figures are shown of groups with at least"),
    },
)
