"""Renewing and automatic renewal."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word(
    {
        "card_not_found": _("There is no such card."),
        "renewal_not_offered": _("This card can no longer be renewed. Please have a look at the cards we sell now."),
        "renewal_open": _("A renewal of this card is being paid at this moment (order %(order)s)."),
        "renewal_impossible": _("This renewal can no longer be carried out, because the card has changed meanwhile."),
        "instrument_missing": _(
            "To switch automatic renewal on, keep your means of payment the next time you pay with us online."
        ),
    }
)
