"""A mail that arrives (SVC-01 · A6.2.1): recognised, put where it belongs, answered by no machine that talks to a machine."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import clock, parameters
from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mail_ways, remarks
from service_desk.channels.operations.mail_ways import Arrival
from service_desk.channels.policy import mail as reading
from service_desk.channels.policy import mail_kinds, mail_threads
from service_desk.channels.policy.mail_kinds import Kind
from service_desk.channels.policy.mail_threads import Way
from service_desk.channels.policy.parameters import MailParameters
from service_desk.channels.queries import mails
from service_desk.channels.queries.mails import Place
from service_desk.models import Case
from service_desk.policy.codes import Channel

Reason = InboundMail.Reason


@dataclass(frozen=True)
class Received:
    """A mail and whether it was new: a repeat changes nothing."""

    mail: InboundMail
    is_new: bool


def receive(raw: bytes, *, via: str, at: dt.datetime | None = None, size: int = 0) -> Received:
    """SVC-01 · A6.2.1 — take a mail in, as the bytes that arrived `at`. The same mail again is recognised, whatever way it took.
    `size` is its true length in bytes where only its beginning is given, which the thread tells.

    It goes into its case if its sender is who the case is about; a stranger who writes into somebody's case is heard in a
    case of his own. What machines wrote is noted or set aside and never answered. Refuses nothing: mail is not sent back.
    """
    found = reading.read(raw)
    if known := InboundMail.objects.filter(key=reading.key_of(found)).first():
        return Received(known, False)
    arrival = mail_ways.arrival_of(found, kind=mails.kind_of(found))
    with transaction.atomic():
        row, is_new = _claim(arrival, via=via, size=max(size, len(raw)), at=min(at or clock.now(), clock.now()))
        if is_new:
            _take(row, arrival)
            row.save()
            if row.case is not None and row.size > len(raw):
                _tell_cut(row, row.case)
    return Received(row, is_new)


def _claim(arrival: Arrival, *, via: str, size: int, at: dt.datetime) -> tuple[InboundMail, bool]:
    found = arrival.mail
    key = reading.key_of(found)
    row = InboundMail(
        key=key, via=via, message_id=found.message_id, sender=mails.address_of(found) or found.sender,
        sender_name=found.sender_name, subject=found.subject, text=found.text, files=len(found.files), size=size,
        kind=arrival.kind, outcome=Way.SET_ASIDE, sent_at=found.at, received_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return InboundMail.objects.get(key=key), False
    return row, True


def _take(row: InboundMail, arrival: Arrival) -> None:
    found, kind = arrival.mail, arrival.kind
    sender = mails.address_of(found)
    bounce = mail_kinds.bounce_of(found) if kind is Kind.BOUNCE else None
    place = mails.place_of_bounce(found, bounce) if bounce else mails.place_of(found, sender=sender)
    way = mail_threads.way(kind, is_proven=place.is_proven, is_named=place.is_named, is_contact=place.is_contact)
    if bounce is not None and not bounce.has_failed:
        row.outcome, row.reason = Way.DROPPED, Reason.ARRIVED
        return
    if way in (Way.SET_ASIDE, Way.DROPPED):
        row.outcome, row.reason = way, Reason.LOOP if way is Way.DROPPED else Reason.AUTOMATIC
        return
    if reason := _brake(row, place, sender, way):
        row.outcome, row.reason = Way.SET_ASIDE, reason
        return
    row.outcome = way
    mail_ways.WAYS[way](row, arrival, place, sender)


def _brake(row: InboundMail, place: Place, sender: str, way: Way) -> str:
    """Why a mail is not taken now though it could be: nobody to answer to, or so many that something runs in circles."""
    limits = parameters.in_force(MailParameters)
    if not sender and way is not Way.UNDELIVERED:
        return Reason.NO_SENDER
    if sender and mails.lately_from(sender, but=row).count() >= limits.per_sender_hour:
        return Reason.SENDER_OFTEN
    case = place.case
    if case is None or mails.lately_in(case, but=row).count() < limits.per_case_hour:
        return ""
    remarks.leave(
        case,
        _(
            "Very many e-mails arrived for this case within an hour. The others are set aside, under “E-mails received”."
        ),
        channel=Channel.EMAIL,
        key=f"often:{case.pk}:{clock.now():%Y%m%d%H}",
    )
    row.case = case
    return Reason.CASE_OFTEN


def _tell_cut(row: InboundMail, case: Case) -> None:
    said = _("This e-mail had %(megabytes)s MB. Only its beginning was read; files are missing.")
    told = {"megabytes": str(row.size // 1024 // 1024)}
    remarks.leave(case, said, told=told, channel=Channel.EMAIL, key=f"cut:{mail_ways.key_of(row)}", tell=False)
