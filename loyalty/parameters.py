"""What the parameters of points and tiers are called on screen (SEC-07 · B7, B8)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from loyalty.policy.benefit_parameters import EvaluationParameters, ServiceParameters
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters

OPERATIONS = "operations"

parameters.register(
    PointsParameters,
    title=_("Points"),
    department=OPERATIONS,
    labels={
        "base_points": _("Points earned"),
        "base_per_minor": _("… for every"),
        "pending_days": _("Pending after a purchase for"),
        "lapse_months": _("Lapse at the end of the month, after"),
        "remind_before": _("Remind before points lapse"),
        "value_points": _("Points as money"),
        "value_minor": _("… are worth"),
        "money_share_bps": _("Most of an order that points pay"),
        "confirm_above": _("The member confirms what is spent at counters in a day, above"),
        "collect_days": _("A reserved gift waits for"),
        "daily_cap": _("Most points a member earns in a day"),
        "debt_limit": _("Most points owed after a return"),
        "adjust_alone": _("One person alone adjusts in a day, for one member"),
    },
)
parameters.register(
    BirthdayParameters,
    title=_("Birthday"),
    department=OPERATIONS,
    labels={
        "points_bps": _("Multiplies the points of one purchase by"),
        "window_days": _("On the birthday, or so many days around it"),
    },
)
parameters.register(
    TierParameters,
    title=_("Tiers"),
    department=OPERATIONS,
    labels={
        "ladder": _("Tiers, the lowest first"),
        "ladder.code": _("Tier"),
        "ladder.spend_minor": _("Spend"),
        "ladder.visits": _("or visits"),
        "ladder.activity": _("and activity score"),
        "ladder.points_bps": _("Multiplies points by"),
        "window_months": _("Months that count"),
        "validity_months": _("A tier lasts"),
        "keep_bps": _("Share of the standard that keeps a tier"),
        "grace_days": _("Grace after a tier's last day"),
        "levels_down": _("Levels lost at once"),
        "return_days": _("A return takes back the tier it won, within"),
        "signals": _("Activity score"),
        "signals.code": _("Activity"),
        "signals.points": _("Score each time"),
        "signals.cap": _("Most within the window"),
    },
)
parameters.register(
    ServiceParameters,
    title=_("Reservations and service by tier"),
    department=OPERATIONS,
    labels={
        "by_tier": _("Service by tier"),
        "by_tier.tier": _("Tier"),
        "by_tier.days_ahead": _("reserves ahead"),
        "by_tier.head_start": _("buys and redeems what is new, ahead of everybody"),
        "cancel_hours": _("Members cancel a reservation until, before it begins"),
        "missed_after_minutes": _("A reservation counts as missed, after it ends"),
        "open_at_once": _("Most open reservations of a member"),
        "adviser_from": _("An adviser of one’s own from this tier on"),
    },
)
parameters.register(
    EvaluationParameters,
    title=_("Evaluation of benefits"),
    department=OPERATIONS,
    labels={
        "months": _("Months that count"),
        "least_reach_bps": _("Least share of those who may that uses a benefit"),
        "most_cost_bps": _("Most cost, of what a benefit is worth"),
        "most_missed_bps": _("Most reservations missed"),
    },
)
