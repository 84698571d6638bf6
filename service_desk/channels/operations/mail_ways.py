"""Where a mail goes (SVC-01 · A6.2.1): into its case, a new one, beside one as a note. In the transaction of its arrival."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core import masking, parameters
from core.models import User
from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mail_files, remarks
from service_desk.channels.policy import mail_kinds, mail_threads, mail_trimming
from service_desk.channels.policy.mail import Mail
from service_desk.channels.policy.mail_kinds import Kind
from service_desk.channels.policy.mail_threads import Way
from service_desk.channels.policy.parameters import MailParameters
from service_desk.channels.queries import mails
from service_desk.channels.queries.mails import Place
from service_desk.models import Case, CaseEntry, CaseLink
from service_desk.operations import cases, threads
from service_desk.operations.attachments import Checked
from service_desk.policy.codes import Channel

NOTHING_SAID = "…"


@dataclass(frozen=True)
class Arrival:
    """A mail that was read, who wrote it, and its files, judged before anything is held: drawing a picture takes its time."""

    mail: Mail
    kind: Kind
    uploads: tuple[Checked, ...] = ()
    note: str = ""


def arrival_of(found: Mail, *, kind: Kind) -> Arrival:
    """A mail as it is put somewhere; the files of a machine's are not looked at, for they are not kept."""
    uploads, note = mail_files.sorted_out(found.files) if kind is Kind.PERSON else ([], "")
    return Arrival(found, kind, tuple(uploads), note)


def _thread(row: InboundMail, arrival: Arrival, place: Place, sender: str) -> None:
    case, found = case_of(place), arrival.mail
    entry = threads.member_wrote(
        case, body=said_in(found), channel=Channel.EMAIL, key=key_of(row), at=row.received_at, attachments=arrival.uploads,
        sender=sender, message_id=found.message_id, in_reply_to=found.in_reply_to,
    )  # fmt: skip
    _belongs(row, entry, arrival.note)


def _open(row: InboundMail, arrival: Arrival, place: Place, sender: str) -> None:
    limits = parameters.in_force(MailParameters)
    acknowledged = mails.lately_from(sender, but=row).filter(is_acknowledged=True).count()
    row.is_acknowledged = acknowledged < limits.acknowledgements_per_hour
    case = open_case(row, arrival.mail, sender=sender, uploads=arrival.uploads, acknowledge=row.is_acknowledged)
    _belongs(row, case.entries.order_by("id")[0], arrival.note)


def _hear_stranger(row: InboundMail, arrival: Arrival, place: Place, sender: str) -> None:
    """Somebody who knows the address of a case that is not his: his words are not the member's."""
    case = case_of(place)
    if own := mails.case_of_stranger(case, sender):
        _thread(row, arrival, Place(case=own), sender)
        return
    _open(row, arrival, place, sender)
    opened = case_of(Place(case=row.case))
    CaseLink.objects.get_or_create(case=opened, other=case, kind=CaseLink.Kind.RELATED, ended_at=None)
    remarks.leave(
        case,
        _(
            "%(sender)s, whose address is not this case’s, wrote to the address of this case. That is case %(number)s now."
        ),
        told={"sender": masking.address(sender), "number": opened.number},
        channel=Channel.EMAIL,
        key=key_of(row),
    )


def _note(row: InboundMail, arrival: Arrival, place: Place, sender: str) -> None:
    said = _("An automatic answer arrived by e-mail:\n\n%(text)s")
    told = {"text": said_in(arrival.mail)}
    row.entry = remarks.leave(case_of(place), said, told=told, channel=Channel.EMAIL, key=key_of(row))
    row.case = row.entry.case


def _note_bounce(row: InboundMail, arrival: Arrival, place: Place, sender: str) -> None:
    bounce = mail_kinds.bounce_of(arrival.mail)
    said = _("Our e-mail did not reach %(recipient)s. The mail server says: %(status)s")
    told = {"recipient": bounce.recipient or "—", "status": f"{bounce.status} {arrival.mail.subject}".strip()}
    row.entry = remarks.leave(case_of(place), said, told=told, channel=Channel.EMAIL, key=key_of(row))
    row.case = row.entry.case


WAYS: dict[Way, Callable[[InboundMail, Arrival, Place, str], None]] = {
    Way.THREADED: _thread,
    Way.OPENED: _open,
    Way.STRANGER: _hear_stranger,
    Way.NOTED: _note,
    Way.UNDELIVERED: _note_bounce,
}
"""What is done on each way that takes a mail in."""


def open_case(
    row: InboundMail,
    found: Mail,
    *,
    sender: str,
    uploads: Sequence[Checked] = (),
    acknowledge: bool,
    by: User | None = None,
) -> Case:
    """A case of what a mail says: its member's where the address is a verified one, else its sender's."""
    member = mails.member_at(sender, mail=found)
    said = said_in(found)
    return cases.open_case(
        kind=cases.suggest(found.subject, said).kind, channel=Channel.EMAIL, subject=found.subject, body=said,
        member=member, contact=None if member else cases.Contact(name=found.sender_name, email=sender), key=key_of(row),
        language=mail_threads.language_of(f"{found.subject}\n{said}"), at=row.received_at, attachments=uploads,
        message_id=found.message_id, acknowledge=acknowledge, by=by,
    )  # fmt: skip


def said_in(found: Mail) -> str:
    """What was newly written; where nothing was, the subject or a mark that there was nothing."""
    return mail_trimming.trimmed(found.text) or found.subject or NOTHING_SAID


def _belongs(row: InboundMail, entry: CaseEntry, note: str) -> None:
    row.entry, row.case = entry, entry.case
    if note:
        remarks.leave(entry.case, note, channel=Channel.EMAIL, key=f"files:{key_of(row)}", tell=False)


def key_of(row: InboundMail) -> str:
    return f"mail:{row.key}"


def case_of(place: Place) -> Case:
    assert place.case is not None  # noqa: S101  (the way was chosen because there is one)
    return place.case
