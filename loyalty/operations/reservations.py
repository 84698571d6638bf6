"""Points set aside until it is certain what becomes of them (LOY-06 · B7.2, invariant 9)."""

import datetime as dt

from django.db import transaction

from core import clock
from core.refusals import Refusal
from loyalty.models import Book, PointAccount, PointHold, PointTransaction
from loyalty.operations import ledger, moving, stops
from loyalty.operations.ledger import Cause, Move
from members.models import Member

Kind = PointTransaction.Kind


@transaction.atomic
def reserve(member: Member, points: int, *, subject: str, cause: Cause, until: dt.datetime) -> PointHold:
    """LOY-06 · B7.2 — set points aside for an order or a gift: out of reach for all else, not yet spent."""
    account = ledger.account_of(member)
    if before := ledger.earlier(cause, member=member, kind=Kind.HOLD, points=-points):
        return before.hold
    stops.refuse(member)
    row = ledger.post(account, Kind.HOLD, -points, moving.out_of_lots(member, points, into=Book.HELD), cause=cause)
    return PointHold.objects.create(
        transaction=row, member=member, points=points, subject=subject[:120], expires_at=until
    )


@transaction.atomic
def capture(hold: PointHold, *, cause: Cause) -> PointTransaction:
    """LOY-06 · B7.2 — what was set aside is redeemed. A reservation ends once: a repeat returns how it ended, and one
    that was released or has expired is refused (`hold_ended`)."""
    account, hold = _locked(hold)
    if hold.state == PointHold.State.CAPTURED and hold.ended_by is not None:
        return hold.ended_by
    _refuse_ended(hold)
    moves = [
        Move(Book.HELD, Book.REDEEMED, entry.points, entry.lot)
        for entry in hold.transaction.entries.select_related("lot").order_by("pk")
    ]
    row = ledger.post(account, Kind.CAPTURE, 0, moves, cause=cause)
    return _end(hold, PointHold.State.CAPTURED, row)


@transaction.atomic
def release(hold: PointHold, *, cause: Cause, expired: bool = False) -> PointTransaction:
    """LOY-06 · B7.2 — what was set aside goes back to the lots that it came from, with their old last day."""
    account, hold = _locked(hold)
    if hold.state in (PointHold.State.RELEASED, PointHold.State.EXPIRED) and hold.ended_by is not None:
        return hold.ended_by
    _refuse_ended(hold)
    entries = list(hold.transaction.entries.select_related("lot").order_by("-pk"))
    moves = moving.back_into_lots(account, [(entry, entry.points) for entry in entries], out_of=Book.HELD)
    row = ledger.post(account, Kind.RELEASE, hold.points, moves, cause=cause)
    return _end(hold, PointHold.State.EXPIRED if expired else PointHold.State.RELEASED, row)


def _locked(hold: PointHold) -> tuple[PointAccount, PointHold]:
    account = ledger.account_of(hold.member)
    return account, PointHold.objects.select_related("transaction", "member", "ended_by").get(pk=hold.pk)


def _refuse_ended(hold: PointHold) -> None:
    if hold.state != PointHold.State.OPEN:
        raise Refusal("hold_ended", state=hold.get_state_display())


def _end(hold: PointHold, state: PointHold.State, row: PointTransaction) -> PointTransaction:
    hold.state, hold.ended_at, hold.ended_by = state, clock.now(), row
    hold.save(update_fields=["state", "ended_at", "ended_by"])
    return row
