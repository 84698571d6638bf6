"""What the parameters of the knowledge base are called on screen (SEC-07 · D6.4)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.knowledge.policy.parameters import KnowledgeParameters

parameters.register(
    KnowledgeParameters,
    title=_("Help and announcements"),
    department="service",
    labels={
        "review_months": _("An article is looked over again after"),
        "review_ahead_days": _("… and stands in the worklist so long before"),
        "popular_days": _("Views that count for “popular”, of the last"),
        "vain_days": _("Searches in vain are kept for"),
        "news_days": _("Announcements stay in the list for"),
    },
)
