from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every part of the policy stands on; knows no member, card or point."""

    name = "core"
    verbose_name = _("Core")
