"""What core's refusals say."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word(
    {
        "not_permitted": _("You do not have the right to do this."),
        "four_eyes": _("A second person has to decide this: you cannot decide your own request."),
        "already_decided": _("This request has already been decided."),
        "already_requested": _("The same change is already waiting for a decision."),
        "nothing_changes": _("Nothing would change."),
        "only_the_author_withdraws": _("Only the person who made this request can withdraw it."),
        "stale": _("Somebody changed this in the meantime. Look at the new state and try again."),
        "key_reused": _("This request repeats an earlier key with different content."),
        "key_malformed": _("The key of this request must have 1 to 80 characters."),
        "reason_needed": _("Please give a reason."),
        "too_much_revealed": _("You have looked at very much personal data today. Please speak to your manager."),
        "too_many_requests": _("Too many requests. Please wait a moment and try again."),
        "not_oneself": _("You cannot do this to your own account."),
        "last_administrator": _("The last administrator has to stay."),
        "role_unknown": _("There is no such role."),
        "role_needs_store": _("This role is held at a store: choose one."),
        "role_is_everywhere": _("This role is not bound to a store."),
        "not_on_the_staff": _("Only an active colleague can hold a role."),
        "staff_known_already": _("Somebody with this e-mail address or staff number is known already."),
        "already_running": _("This job is running already."),
        "job_unknown": _("There is no such job."),
        "job_not_shardable": _("This job cannot be divided."),
        "row_not_set_aside": _("This row is not set aside any more."),
        "money_unreadable": _("This is not an amount. Write it like 1,299.00."),
        "money_negative": _("An amount cannot be less than nothing."),
        "money_too_many_decimals": _("An amount has %(decimals)s decimals at most."),
        "money_too_large": _("This amount is too large."),
        "parameter_backdated": _("A change cannot take effect before today."),
        "parameter_unknown": _("There is no parameter “%(field)s”."),
        "parameter_missing": _("“%(field)s” is missing."),
        "parameter_wrong_type": _("“%(field)s” does not hold the right kind of value."),
        "parameter_out_of_range": _("“%(field)s” must lie between %(minimum)s and %(maximum)s."),
    }
)
