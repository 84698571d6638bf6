"""The mails that were set aside (SVC-01 · A6.2.1): a colleague says what they are. And what is forgotten in time."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import access, audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mail_ways, remarks
from service_desk.channels.policy.mail import Mail
from service_desk.channels.policy.parameters import MailParameters
from service_desk.channels.queries import mails
from service_desk.models import Case
from service_desk.operations import threads
from service_desk.policy.codes import Channel
from service_desk.queries.agents import HANDLE

Outcome = InboundMail.Outcome


@transaction.atomic
def admit(row: InboundMail, *, by: User) -> Case:
    """SVC-01 · A6.2.1 — a mail that was set aside is somebody's concern after all: it goes into its case, or opens one.

    Its files were not kept, which the thread tells. Refuses one that was settled (`mail_settled`) or whose text is gone
    (`mail_forgotten`), and one that has no sender (`mail_without_sender`).
    """
    held = _held(row, by=by)
    if held.forgotten_at is not None:
        raise Refusal("mail_forgotten", status=410)
    found = Mail(sender=held.sender, sender_name=held.sender_name, subject=held.subject, text=held.text)
    sender = mails.address_of(found)
    if not sender:
        raise Refusal("mail_without_sender", status=422)
    if held.case is not None:
        held.outcome = Outcome.THREADED
        held.entry = threads.member_wrote(
            held.case, body=mail_ways.said_in(found), channel=Channel.EMAIL, key=mail_ways.key_of(held), at=held.received_at,
            sender=sender, message_id=held.message_id,
        )  # fmt: skip
    else:
        held.outcome = Outcome.OPENED
        case = mail_ways.open_case(held, found, sender=sender, acknowledge=False, by=by)
        held.entry = case.entries.order_by("id")[0]
    held.case = held.entry.case
    if held.files:
        told = {"count": str(held.files)}
        remarks.leave(
            held.case, _("This e-mail had %(count)s files. They were not kept while it was set aside."), told=told,
            channel=Channel.EMAIL, key=f"files:{mail_ways.key_of(held)}", tell=False,
        )  # fmt: skip
    _settle(held, by=by, action="service_desk.mail.admit")
    return held.case


@transaction.atomic
def dismiss(row: InboundMail, *, by: User) -> InboundMail:
    """SVC-01 · A6.2.1 — nothing is to be done about a mail that was set aside. Refuses one that was settled already."""
    held = _held(row, by=by)
    _settle(held, by=by, action="service_desk.mail.dismiss")
    return held


def to_forget() -> QuerySet[InboundMail]:
    """SEC-03 · A7.3.3 — mails kept beside their threads for longer than they are needed; what waits for somebody is not."""
    before = clock.now() - dt.timedelta(days=parameters.in_force(MailParameters).keep_days)
    old = InboundMail.objects.filter(forgotten_at__isnull=True, received_at__lt=before)
    return old.exclude(outcome=Outcome.SET_ASIDE, settled_at__isnull=True)


def forget(pks: Sequence[int]) -> int:
    """SEC-03 · A7.3.3 — remove whole texts and senders; that a mail arrived and what became of it stays."""
    return (
        to_forget()
        .filter(pk__in=list(pks))
        .update(text="", subject="", sender="", sender_index="", sender_name="", forgotten_at=clock.now())
    )


def _held(row: InboundMail, *, by: User) -> InboundMail:
    access.require(by, HANDLE)
    held = InboundMail.objects.select_for_update(of=("self",)).select_related("case").get(pk=row.pk)
    if held.outcome != Outcome.SET_ASIDE or held.settled_at is not None:
        raise Refusal("mail_settled")
    return held


def _settle(held: InboundMail, *, by: User, action: str) -> None:
    held.settled_at, held.settled_by = clock.now(), by
    held.save()
    audit.record(action, subject=held, actor=by, member_id=held.case.member_id if held.case else None)
