"""What the channels do by themselves (SVC-01 · A6.2.1). Talking to a mail server is a plain task of repeatable steps."""

import imaplib
import logging
from collections.abc import Sequence
from typing import Any

from celery import shared_task
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from service_desk.channels import imap
from service_desk.channels.operations import chat_desk, fetching, mail_desk, social_sending

logger = logging.getLogger(__name__)


@shared_task(name="service_desk.fetch_mail", soft_time_limit=600, time_limit=660, expires=50)
def fetch_mail() -> int:
    """Empty the mailbox, where one is named; a server that does not answer is asked again a minute later."""
    try:
        return fetching.fetch()
    except (OSError, imaplib.IMAP4.error, imap.MailboxWrong) as error:
        logger.warning("the mailbox could not be read: %s", error)
        return 0


class _ByKey(sweeps.Sweep):
    """A sweep over rows in the order of their keys."""

    batch = 500

    def due(self) -> QuerySet[Any]:
        raise NotImplementedError

    def claim(self, after: Any, limit: int) -> Sequence[Any]:
        rows = self.ctx.within(self.due())
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


class ForgetMails(_ByKey):
    """SEC-03 · A7.3.3 — whole mails are forgotten once their threads are all that is needed."""

    name = "mails.forget"
    label: str | Promise = _("Forget old e-mails")

    def due(self) -> QuerySet[Any]:
        return mail_desk.to_forget()

    def process(self, keys: Sequence[Any]) -> int:
        return mail_desk.forget(keys)


class ForgetChats(_ByKey):
    """SEC-03 · A7.3.3 — what was said in a chat is forgotten beside the case that it has become."""

    name = "chats.forget"
    label: str | Promise = _("Forget old chats")

    def due(self) -> QuerySet[Any]:
        return chat_desk.to_forget()

    def process(self, keys: Sequence[Any]) -> int:
        return chat_desk.forget(list(keys))


@shared_task(name="service_desk.tend_chats", expires=10)
def tend_chats() -> int:
    """Chats whose time has come: offered to the next, made a case, ended by silence."""
    return chat_desk.tend()


@shared_task(name="service_desk.send_social", expires=25)
def send_social() -> int:
    """Answers that wait are handed to their networks."""
    return social_sending.send_due()


for sweep in (ForgetMails(), ForgetChats()):
    sweeps.register(sweep)
