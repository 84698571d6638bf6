"""The `[X]` of joining and sessions, as staff see and change them."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from members.policy.parameters import OneTimeCodeParameters, ReferralParameters, SessionParameters

parameters.register(
    OneTimeCodeParameters,
    title=_("One-time codes"),
    department="service",
    labels={
        "digits": _("digits"),
        "life_minutes": _("valid for"),
        "tries": _("wrong tries allowed"),
        "resend_seconds": _("another one after"),
    },
)
parameters.register(
    SessionParameters,
    title=_("Sessions"),
    department="operations",
    labels={
        "staff_idle_minutes": _("staff: ends when idle for"),
        "staff_hours": _("staff: ends after"),
        "counter_hours": _("counter: ends after"),
        "counter_lock_minutes": _("counter: locks when idle for"),
        "member_days": _("members: ends after"),
    },
)
parameters.register(
    ReferralParameters,
    title=_("Invitations"),
    department="expansion",
    labels={
        "referrer_points": _("points to the inviting member"),
        "friend_points": _("points to the invited member"),
        "wait_days": _("rewarded after the friend’s activation and"),
        "withdraw_days": _("a card returned takes both rewards back, within"),
        "yearly_cap": _("rewards of an inviting member in a year"),
        "most_a_day": _("friends in a day before somebody looks"),
    },
)
