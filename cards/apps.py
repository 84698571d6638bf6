import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "cards"
    verbose_name = _("Cards")

    def ready(self) -> None:
        for module in ("wording", "messages"):
            importlib.import_module(f"cards.{module}")
