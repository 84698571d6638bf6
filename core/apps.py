from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every part of the policy stands on; knows no member, card or point."""

    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from core import messages  # noqa: F401  (its events; models are loaded only now)
        from core.messaging import wording  # noqa: F401

        post_migrate.connect(_lay_chains, sender=self)


def _lay_chains(**kwargs: Any) -> None:
    from core import audit  # models are loaded only after ready()

    audit.lay_chains()
