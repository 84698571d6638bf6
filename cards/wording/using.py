"""Using benefits."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word(
    {
        "card_not_activated": _("This card has not been activated yet."),
        "card_suspended_arrears": _(
            "This card is suspended because an instalment is overdue. Paying it restores the card."
        ),
        "card_suspended_lost": _("This card was reported lost."),
        "card_suspended_staff": _("This card is suspended."),
        "card_closed": _("This card is closed."),
        "card_on_hold": _("This card is on hold. Please call our service."),
        "spending_rests": _(
            "The member’s phone number has just changed. For safety, benefits and kept means of payment rest until %(until)s."
        ),
        "card_not_started": _("This card is valid from %(day)s."),
        "card_in_grace": _("This card ended on %(day)s. Its benefits come back as soon as it is renewed."),
        "card_expired": _("This card ended on %(day)s."),
        "quantity_below_one": _("The number must be at least 1."),
        "benefit_not_of_this_card": _("This card does not grant this benefit."),
        "benefit_not_at_this_store": _("This benefit is not available at this store. Available at: %(stores)s."),
        "benefit_of_other_cards": _("This benefit comes with: %(cards)s."),
        "benefit_from_tier": _("This benefit begins with the tier: %(tier)s."),
        "benefit_not_yet": _("This benefit begins on %(day)s."),
        "benefit_over": _("This benefit has ended."),
        "benefit_used_up": _("This benefit is used up."),
        "benefit_used_up_for_now": _("This benefit is used up for now. It is available again from %(day)s."),
        "benefit_used_up_until_renewal": _("This benefit is used up. Renewing the card opens it again."),
        "benefit_never_so_many_at_once": _("This benefit does not allow so many at once. Left: %(left)s."),
        "use_too_old_to_reverse": _(
            "This use is too old to be taken back at the counter. Please ask the store manager."
        ),
    }
)
