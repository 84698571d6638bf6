"""What risk refuses and remembers, in words."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word({"hold_in_force": _("This is already on hold.")})
words.enter(
    words.ACTION,
    {
        "risk.event.acknowledge": _("Risk alert taken up"),
        "risk.hold.lift": _("Hold lifted"),
        "risk.hold.place": _("Hold placed"),
    },
)
