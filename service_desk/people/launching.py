"""CARD-04 · A2.2.1 — what people add to the checklist of a launch: enough certified sellers."""

from django.utils.translation import gettext_lazy as _

from cards.policy import launch
from service_desk.people.queries import launch as staffed

launch.requirements.append(
    launch.Requirement("trained", staffed.is_staffed, _("Enough of the sellers in every store are certified for it"))
)
