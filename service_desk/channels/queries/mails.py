"""Which case a mail speaks of, and whose it is (SVC-01 · A6.2.1)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.db.models import QuerySet

from core import clock
from core.fields import digest_in
from core.rules import RuleBroken
from members.models import Member
from members.policy import emails
from service_desk.channels.models import InboundMail
from service_desk.channels.policy import mail_kinds, mail_threads
from service_desk.channels.policy.mail import Mail
from service_desk.channels.policy.mail_kinds import Bounce, Kind
from service_desk.models import Case, CaseEntry
from service_desk.operations import letters

HOUR = dt.timedelta(hours=1)
_WITH = ("member", "owner")


@dataclass(frozen=True)
class Place:
    """The case that a mail leads to, how, and whether it comes from whom the case is about."""

    case: Case | None = None
    is_proven: bool = False
    is_named: bool = False
    is_contact: bool = False


def kind_of(mail: Mail) -> Kind:
    """SVC-01 · A6.2.1 — who wrote a mail, with our own addresses at hand."""
    own = [parseaddr(address)[1] for address in (settings.SERVICE_ADDRESS, settings.DEFAULT_FROM_EMAIL)]
    return mail_kinds.kind_of(mail, own=own, domain=own[1].rpartition("@")[2])


def place_of(mail: Mail, *, sender: str) -> Place:
    """SVC-01 · A6.2.1 — by the address it was sent to, by the mails it answers, else by a number in its subject."""
    proven = _by_number(letters.number_in(mail.recipients)) or _by_ids([mail.in_reply_to, *reversed(mail.references)])
    case = proven or _by_number(mail_threads.number_named(mail.subject))
    if case is None:
        return Place()
    believed = not mail_kinds.is_disowned(mail, by=settings.MAIL_AUTHSERV)
    return Place(
        case=case,
        is_proven=proven is not None,
        is_named=proven is None,
        is_contact=believed and is_contact(case, sender),
    )


def place_of_bounce(mail: Mail, bounce: Bounce) -> Place:
    """SVC-01 · A6.2.1 — the case of the mail of ours that did not arrive."""
    number = letters.number_in([*mail.recipients, *bounce.addresses])
    case = _by_ids(bounce.ids, only_ours=True) or _by_number(number)
    return Place(case=case, is_proven=case is not None)


def is_contact(case: Case, sender: str) -> bool:
    """SVC-01 · A6.2.1 — whether an address is the verified one of the case's member, or that of its contact."""
    digest = digest_in(Case, "contact_email_index", sender)
    member = case.member
    if member is not None and member.email_verified_at is not None and member.email_index == digest:
        return True
    return bool(digest) and case.contact_email_index == digest


def member_at(sender: str, *, mail: Mail) -> Member | None:
    """SVC-01 · A6.2.1 — the member whose verified address this is, unless our mail server found the sender to be false."""
    if mail_kinds.is_disowned(mail, by=settings.MAIL_AUTHSERV):
        return None
    found = Member.objects.by_email(sender).filter(email_verified_at__isnull=False, state=Member.State.ACTIVE)
    return found.select_related("user").first()


def address_of(mail: Mail) -> str:
    """The sender's address as it is kept; empty where it is none that mail can be sent to."""
    try:
        return emails.normalise(mail.sender)
    except RuleBroken:
        return ""


def case_of_stranger(case: Case, sender: str) -> Case | None:
    """SVC-01 · A6.2.1 — the open case of somebody who wrote about this one before."""
    digest = digest_in(Case, "contact_email_index", sender)
    linked = Case.objects.filter(links__other=case, links__ended_at__isnull=True, contact_email_index=digest)
    return linked.exclude(state__in=["closed", "merged"]).order_by("-pk").first()


def lately_from(sender: str, *, but: InboundMail) -> QuerySet[InboundMail]:
    """The mails of a sender within the last hour."""
    digest = digest_in(InboundMail, "sender_index", sender)
    rows = InboundMail.objects.filter(sender_index=digest, received_at__gt=clock.now() - HOUR)
    return rows.exclude(pk=but.pk)


def lately_in(case: Case, *, but: InboundMail) -> QuerySet[InboundMail]:
    """The mails that led to a case within the last hour."""
    return InboundMail.objects.filter(case=case, received_at__gt=clock.now() - HOUR).exclude(pk=but.pk)


def set_aside() -> QuerySet[InboundMail]:
    """SVC-01 · A6.2.1 — the mails that wait for a colleague to say what they are."""
    return InboundMail.objects.filter(outcome=InboundMail.Outcome.SET_ASIDE, settled_at__isnull=True)


def of_entries(entries: Iterable[int]) -> dict[int, InboundMail]:
    """SVC-01 · A6.2.1 — the whole mail behind each of these entries that came as one. One query."""
    rows = InboundMail.objects.filter(entry__in=list(entries))
    return {row.entry_id: row for row in rows if row.entry_id is not None}


def _by_number(number: str) -> Case | None:
    return Case.objects.select_related(*_WITH).filter(number=number).first() if number else None


def _by_ids(ids: Sequence[str], *, only_ours: bool = False) -> Case | None:
    """The case of the latest entry among these mails; ours alone, where anybody could have named another's."""
    wanted = [one[:200] for one in ids if one]
    if not wanted:
        return None
    rows = CaseEntry.objects.filter(message_id__in=wanted)
    rows = rows.filter(direction=CaseEntry.Direction.OUTGOING) if only_ours else rows
    pk = rows.order_by("-pk").values_list("case", flat=True).first()
    return Case.objects.select_related(*_WITH).get(pk=pk) if pk is not None else None
