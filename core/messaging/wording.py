"""Refusals of messaging, worded."""

from django.utils.translation import gettext_lazy as _

from core.refusals import word

word(
    {
        "wording_empty": _("The text is empty."),
        "wording_needs_subject": _("The subject is empty."),
        "wording_too_long": _("The text is longer than %(limit)s characters on the sample data."),
        "wording_not_understood": _("This wording cannot be used: %(problem)s"),
        "wording_unknown_variable": _(
            "This event does not know: %(names)s. The variables that you can use are: %(known)s."
        ),
        "message_not_dead": _("Only messages that were given up can be tried again."),
        "message_text_gone": _("The text of this message was wiped; it cannot be sent again."),
    }
)
