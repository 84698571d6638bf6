"""What the counter and the activation pages say no with."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word(
    {
        "proof_not_recognised": _("This is not the receipt of this card. Please compare the order number."),
        "document_differs": _(
            "This is not the document that was given at purchase. Ask for that one, or send the customer to our service."
        ),
        "other_login": _(
            "You are logged in with another phone number than the one given at purchase. Log out and try again."
        ),
        "still_in_arrears": _("An instalment is overdue: paying it lets the card go on."),
        "journey_over": _("This took too long, so we stopped for your safety. Please begin again."),
    }
)
