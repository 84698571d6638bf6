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
        "points_unconfirmed": _("The member confirms so many points: scan the code on her card, or send her a code."),
        "points_confirmed_by_card": _("There is nowhere to send a code to. Scan the code on her card."),
        "code_of_another_member": _("This is not the code of a card in use of this member."),
        "journey_over": _("This took too long, so we stopped for your safety. Please begin again."),
    }
)
