"""What the parameters of the service desk are called on screen (SEC-07 · A6, D4, D6)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.policy.parameters import BusinessHoursParameters, ServiceDeskParameters, ServiceLevelParameters
from service_desk.policy.parameters_complaints import ComplaintParameters, ImprovementParameters

SERVICE = "service"

parameters.register(
    ServiceLevelParameters,
    title=_("Service levels"),
    department=SERVICE,
    labels={
        "levels": _("Times promised, in business minutes"),
        "levels.kind": _("Kind of case"),
        "levels.complexity": _("Only if"),
        "levels.acknowledge": _("Acknowledgement"),
        "levels.first_response": _("First response"),
        "levels.next_response": _("Next response"),
        "levels.resolution": _("Solution"),
        "tiers": _("Times by tier"),
        "tiers.tier": _("Tier"),
        "tiers.factor_bps": _("Share of the time"),
        "severities": _("Times by severity"),
        "severities.severity": _("Severity"),
        "severities.factor_bps": _("Share of the time"),
        "chain": _("Who is told when"),
        "chain.share_bps": _("After this share of the time"),
        "chain.to": _("tell"),
    },
)
parameters.register(
    BusinessHoursParameters,
    title=_("Business hours"),
    department=SERVICE,
    labels={
        "week": _("Hours of the week"),
        "week.first_day": _("From day (Monday is 1)"),
        "week.last_day": _("through day"),
        "week.opens": _("opens"),
        "week.closes": _("closes"),
        "special_days": _("Special days (without hours: closed)"),
        "special_days.day": _("Day"),
        "special_days.opens": _("opens"),
        "special_days.closes": _("closes"),
        "closed_on_holidays": _("Closed on public holidays"),
    },
)
parameters.register(
    ServiceDeskParameters,
    title=_("Service desk"),
    department=SERVICE,
    labels={
        "close_after_days": _("A resolved case is closed after"),
        "reopen_days": _("Another message reopens a closed case for"),
        "task_hours": _("A department answers within, in business time"),
        "viewing_seconds": _("A case counts as open on a screen for"),
        "near_breach_minutes": _("A deadline is near when it is closer than"),
        "agent_minor": _("An agent compensates a case up to"),
        "lead_minor": _("A lead compensates a case up to"),
    },
)
parameters.register(
    ComplaintParameters,
    title=_("Complaints"),
    department=SERVICE,
    labels={
        "follow_up_days": _("Asked about her satisfaction after the closing, after"),
        "follow_up_open_days": _("She may answer, and object, for"),
    },
)
parameters.register(
    ImprovementParameters,
    title=_("Improvement measures"),
    department=SERVICE,
    labels={
        "window_days": _("Days compared before the work and after it"),
        "least_days": _("Nothing is said of an effect before"),
        "doubt_bps": _("A fall counts where chance would bring it at most in"),
        "remind_days": _("The owner is reminded before the deadline"),
    },
)
