"""What the parameters of the channels are called on screen (SEC-07 · A6.2)."""

from django.utils.translation import gettext_lazy as _

from core import parameters
from service_desk.channels.policy.parameters import ChatParameters, MailParameters

SERVICE = "service"

parameters.register(
    MailParameters,
    title=_("E-mails received"),
    department=SERVICE,
    labels={
        "acknowledgements_per_hour": _("Receipt is acknowledged to one sender, an hour, at most"),
        "per_sender_hour": _("E-mails taken from one sender, an hour"),
        "per_case_hour": _("E-mails taken into one case, an hour"),
        "keep_days": _("The whole e-mail is kept beside its case for"),
    },
)
parameters.register(
    ChatParameters,
    title=_("Live chat"),
    department=SERVICE,
    labels={
        "chats_at_once": _("An agent has at once"),
        "offer_seconds": _("A chat is offered to one agent for"),
        "patience_seconds": _("A chat that nobody takes becomes a case after"),
        "silence_minutes": _("A chat ends when nobody has said anything for"),
        "seat_seconds": _("A chat desk counts as open after its last sign for"),
        "keep_days": _("What was said is kept beside its case for"),
    },
)
