import importlib
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every part of the policy stands on; knows no member, card or point."""

    name = "core"
    verbose_name = _("House")

    def ready(self) -> None:
        for module in (
            "lookups",
            "wording",
            "messages",
            "messaging.wording",
            "messaging.invariants",
            "messaging.checks",
            "parameter_revisions",
        ):
            importlib.import_module(f"core.{module}")  # what they enter is used through registers

        post_migrate.connect(_lay_chains, sender=self)


def _lay_chains(**kwargs: Any) -> None:
    from core import audit  # models are loaded only after ready()

    audit.lay_chains()
