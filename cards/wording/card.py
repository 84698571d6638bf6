"""Numbers, codes and activation."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word(
    {
        "card_number_unreadable": _("This is not a card number."),
        "card_number_wrong_length": _("A card number has %(digits)s digits."),
        "card_number_mistyped": _("The card number does not add up. Please check each digit."),
        "activation_code_unreadable": _("An activation code has %(characters)s letters and digits."),
        "activation_not_recognised": _(
            "These details do not belong together. Please compare the card number, the activation code, the phone and "
            "the ID number with those given at purchase."
        ),
        "activation_locked": _("Too many tries. For your safety this card cannot be activated until %(until)s."),
        "activation_window_over": _(
            "This card was to be activated by %(day)s. Your money is safe: please visit a store or call us, and we will "
            "activate it with you."
        ),
        "card_already_activated": _("This card has already been activated."),
        "card_not_paid": _("This card has not been paid yet."),
        "phone_not_verified": _("The phone number has to be verified first."),
        "too_many_cards": _("This member already holds the most active cards of this kind (%(limit)s)."),
        "own_card": _("You cannot serve yourself or your household. Please ask a colleague."),
        "code_unreadable": _("This is not a card code."),
        "code_forged": _("This code was not made by us."),
        "code_wrong_purpose": _("This code was made for something else."),
        "code_from_the_future": _("The clock of the phone that shows this code is wrong."),
        "code_expired": _("This code has expired. Ask the member to show a fresh one."),
        "code_spent": _("This code was already used: %(at)s, %(store)s. Ask the member to show a fresh one."),
        "transition_not_listed": _("This step is not possible at this stage."),
    }
)
