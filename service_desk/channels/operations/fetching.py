"""Emptying the mailbox (SVC-01 · A6.2.1): each mail is taken in, then marked as seen. Killed between the two, it is fetched
again, recognised, and marked."""

import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from core import clock
from core.models import Heartbeat
from service_desk.channels import imap
from service_desk.channels.imap import Address, Mailbox
from service_desk.channels.models import FetchedMail, InboundMail
from service_desk.channels.operations import mails

logger = logging.getLogger(__name__)
AT_ONCE = 100
LONGEST = 25 * 1024 * 1024
BEGINNING = 512 * 1024
"""Of a mail longer than `LONGEST` only this much is read: its text, and that files are missing."""
TRIES = 5
SEEN, FLAGGED = "\\Seen", "\\Flagged"
BEAT = "mailbox"


def fetch() -> int:
    """SVC-01 · A6.2.1 — take in what is unseen in the mailbox; returns how many mails were new. Nothing where none is named.

    A mail that cannot be taken in is tried at the next strokes; after `TRIES` it is flagged in the mailbox for a person
    to look at, and stands in no other's way. Raises where the server does not answer: the next stroke tries again.
    """
    if not settings.MAILBOX_URL:
        return 0
    address = imap.address_of(settings.MAILBOX_URL)
    with imap.opened(address, authority=settings.MAILBOX_CA) as mailbox:
        unseen = mailbox.unseen()
        given_up = _given_up(address, mailbox)
        fresh = sum(_take(address, mailbox, uid) for uid in [one for one in unseen if one not in given_up][:AT_ONCE])
    Heartbeat.objects.update_or_create(part=BEAT, defaults={"at": clock.now(), "details": {"unseen": len(unseen)}})
    return fresh


def _given_up(address: Address, mailbox: Mailbox) -> set[int]:
    rows = FetchedMail.objects.filter(mailbox=address.name, validity=mailbox.validity, mail__isnull=True)
    return set(rows.filter(tries__gte=TRIES).values_list("uid", flat=True))


def _take(address: Address, mailbox: Mailbox, uid: int) -> bool:
    place = {"mailbox": address.name, "validity": mailbox.validity, "uid": uid}
    if FetchedMail.objects.filter(**place, mail__isnull=False).exists():
        mailbox.mark(uid, SEEN)  # it was taken in, and the mailbox did not hear of it
        return False
    found = mailbox.fetch(uid, most=LONGEST)
    if found is None:
        return False
    raw = found.raw if found.size <= LONGEST else found.raw[:BEGINNING]
    try:
        with transaction.atomic():
            received = mails.receive(raw, via=InboundMail.Via.MAILBOX, at=found.at, size=found.size)
            _note_done(place, received.mail)
    except Exception as error:
        logger.exception("mail %s of the mailbox could not be taken in", uid)
        if _note_failure(place, error) >= TRIES:
            mailbox.mark(uid, FLAGGED)
        return False
    mailbox.mark(uid, SEEN)
    return received.is_new


def _note_done(place: dict[str, Any], mail: InboundMail) -> None:
    FetchedMail.objects.update_or_create(**place, defaults={"mail": mail, "error": "", "at": clock.now()})


def _note_failure(place: dict[str, Any], error: Exception) -> int:
    """How often it was tried by now."""
    why = f"{type(error).__name__}: {error}"[:300]
    with transaction.atomic():
        known = FetchedMail.objects.filter(**place)
        if not known.update(tries=F("tries") + 1, error=why, at=clock.now()):
            try:
                with transaction.atomic():
                    FetchedMail.objects.create(**place, error=why)
            except IntegrityError:
                known.update(tries=F("tries") + 1, error=why, at=clock.now())
        return int(known.values_list("tries", flat=True)[0])
