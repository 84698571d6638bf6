import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REGISTERS = ("parameters", "wording", "messages", "decisions", "payments.decisions", "jobs", "panels", "gates")


class CardsConfig(AppConfig):
    """The annual card: product, number, order, payment, activation, validity, use, renewal."""

    name = "cards"
    verbose_name = _("Cards")

    def ready(self) -> None:
        for module in REGISTERS:
            importlib.import_module(f"cards.{module}")
