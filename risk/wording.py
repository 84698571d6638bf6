"""What risk refuses, in words."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word({"hold_in_force": _("This is already on hold.")})
