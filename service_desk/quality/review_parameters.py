"""What the parameters of quality monitoring are called on screen (SEC-07 · D9)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.quality.policy.review_parameters import ReviewParameters

parameters.register(
    ReviewParameters,
    title=_("Quality reviews"),
    department="service",
    labels={
        "pass_mark": _("A review passes from (percent)"),
        "least_per_agent": _("Cases of each colleague drawn each week, at least"),
        "share_bps": _("Share of closed cases drawn each week"),
        "take_severe": _("Take every critical case"),
        "take_breached": _("Take every case whose deadline was missed"),
        "take_unhappy": _("Take every case that was rated low"),
        "unhappy_up_to": _("A rating is low up to"),
        "review_days": _("A review is due within"),
        "objection_days": _("One may object to a review for"),
        "compare_days": _("Days before a finding that its measure is compared with"),
    },
)
