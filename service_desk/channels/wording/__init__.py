"""What the channels' refusals say, and their actions in words (SVC-01 · A6.2.1)."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word({
    "mail_settled": _("This e-mail has been dealt with already."),
    "mail_forgotten": _("The text of this e-mail was removed after its time."),
    "mail_without_sender": _("This e-mail names no address that one could answer to."),
    "chat_needs_contact": _("Please leave a phone number or an e-mail address, so that we can answer later."),
    "chat_desk_closed": _("Open your chat desk first."),
    "chats_full": _("You have %(most)s chats already. End one before you take another."),
    "chat_taken": _("A colleague has this chat."),
    "chat_over": _("This chat is over. Please go on in its case."),
    "chat_line_unreadable": _("This message could not be read. Please send it again."),
    "chat_too_long": _("A chat has %(most)s messages at most. Please end it and begin another."),
    "post_unreadable": _("“%(field)s” of this post could not be read."),
    "network_unknown": _("There is no such network."),
    "network_not_carried": _("Nobody carries answers to this network from here. Answer there, and write down that you did."),
})  # fmt: skip

words.enter(
    words.ACTION,
    {
        "service_desk.case.remark": _("Remark of the programme in a case"),
        "service_desk.mail.admit": _("E-mail set aside made a case"),
        "service_desk.mail.dismiss": _("E-mail set aside dealt with"),
        "service_desk.chat.open": _("Chat opened"),
        "service_desk.chat.take": _("Chat taken"),
        "service_desk.chat.hand_back": _("Chat handed back"),
        "service_desk.chat.end": _("Chat over"),
        "service_desk.social.record": _("Post at a social network written down"),
        "service_desk.social.answer": _("Answered at a social network"),
    },
)
