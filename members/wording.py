"""How the refusals of this app read, and what its actions in the audit trail are called."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word(
    {
        "one_time_code_too_soon": _("We have just sent you a code. You can ask for another in %(seconds)s seconds."),
        "too_many_one_time_codes": _(
            "Too many codes have been asked for. Please try again later, or log in with your password."
        ),
        "one_time_code_wrong": _("That is not the code. Tries left: %(left)s."),
        "one_time_code_expired": _("This code is no longer valid. Ask for a new one."),
        "one_time_code_used": _("This code has already been used. Ask for a new one."),
        "one_time_code_tried_out": _("Too many wrong codes. Ask for a new one."),
        "log_in_failed": _("Address and password do not match. You can also log in with a code."),
        "log_in_tried_out": _("Too many tries. Wait a few minutes, or log in with a code."),
        "invitation_unknown": _("We do not know this invitation code. Leave it empty if you have none."),
        "own_invitation": _("You cannot decide on an invitation of your own. Please ask a colleague."),
        "address_taken": _("This address already belongs to another account. Please contact us if it is yours."),
        "colleague_changes_own_contact": _("Colleagues change their own contact details in their account."),
        "document_taken": _("This document is already recorded for another member. Our staff will help you."),
        "legal_text_incomplete": _("The text is needed in every language."),
        "legal_text_in_the_past": _("A new version cannot come into force on a day that has passed."),
        "legal_text_unchanged": _("Nothing differs from the latest version."),
        "consent_not_asked": _("There is no such choice."),
        "unsubscribe_link_broken": _("This link is incomplete. Please copy it again from the message."),
        "pin_wrong_shape": _("A PIN has 4 to 8 digits."),
        "pin_too_simple": _("This PIN is too easy to guess. Choose another."),
        "pin_wrong": _("That is not your PIN. Tries left: %(left)s."),
        "pin_tried_out": _("Too many wrong PINs. Log in again."),
        # what the rules of names, phones, e-mails and documents say
        "name_missing": _("Please enter your name."),
        "name_without_letters": _("A name needs at least one letter."),
        "name_too_long": _("A name can have %(longest)s characters at most."),
        "name_unreadable": _("This name contains characters that cannot be stored. Please type it again."),
        "phone_missing": _("Please enter a phone number."),
        "phone_unreadable": _("This is not a phone number we can read. Example: 138 0013 8000 or +852 9123 4567."),
        "phone_too_short": _("This phone number is too short."),
        "phone_too_long": _("This phone number is too long."),
        "phone_not_in_use": _("There is no such phone number. Please check each digit."),
        "phone_not_mobile": _("Please enter a mobile number: a code cannot be sent to this one."),
        "email_missing": _("Please enter an e-mail address."),
        "email_too_long": _("An e-mail address can have %(longest)s characters at most."),
        "email_unreadable": _("This is not a complete e-mail address."),
        "email_domain_unreadable": _("The part after @ is not a place that receives e-mail."),
        "address_missing": _("Please enter your phone number or e-mail address."),
        "id_missing": _("Please enter the document number."),
        "id_wrong_shape": _("A document of this kind has a different number of digits or letters."),
        "id_mistyped": _("The document number has a typing error: its check digit does not fit."),
        "id_impossible_birth_date": _("The document number contains a birth date that cannot be."),
        "id_unknown_region": _("The document number does not begin with a region we know."),
        "id_first_generation": _("15-digit identity cards are no longer valid. Please use the 18-digit number."),
        "id_of_another_kind": _("This number belongs to another kind of document. Please choose that kind."),
    }
)

words.enter(
    words.ACTION,
    {
        "members.consent.decide": _("Consent given or withdrawn"),
        "members.counter_pin.set": _("Counter PIN set"),
        "members.counter_pin.wrong": _("Wrong counter PIN"),
        "members.document.check": _("Identity document checked"),
        "members.document.forget": _("Number of an identity document forgotten"),
        "members.document.give": _("Identity document given"),
        "members.legal_text.publish": _("Legal text published"),
        "members.member.change_email": _("E-mail address changed"),
        "members.member.change_phone": _("Phone number changed"),
        "members.member.claim": _("Record from a counter claimed by its member"),
        "members.member.join": _("Joined"),
        "members.member.register": _("Registered at a counter"),
        "members.member.update": _("Member’s details changed"),
        "members.referral.record": _("Joined on an invitation"),
        "members.referral.refuse": _("Invitation refused"),
        "members.referral.release": _("Invitation released"),
    },
)
words.enter(
    words.INVITATION,
    {
        "same-phone": _("same phone number"),
        "same-email": _("same e-mail address"),
        "same-document": _("same identity document"),
        "same-device": _("joined in the inviting member’s browser"),
        "same-address": _("same internet address"),
        "same-household": _("same household"),
        "same-name": _("same name"),
        "many-in-a-day": _("many friends in one day"),
        "card-returned": _("the friend’s card was returned"),
    },
)
