import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REGISTERS = (
    "parameters",
    "wording",
    "messages",
    "decisions",
    "jobs",
    "panels",
    "counter_verbs",
    "links",
    "operations.order_points",
    "views.api",
)


class LoyaltyConfig(AppConfig):
    """What keeps a member: points, tiers, benefits, rewards, promotions."""

    name = "loyalty"
    verbose_name = _("Loyalty")

    def ready(self) -> None:
        for module in REGISTERS:
            importlib.import_module(f"loyalty.{module}")
