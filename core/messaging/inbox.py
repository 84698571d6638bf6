"""The inbox of the portal: messages that are delivered by being there."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core import clock
from core.messaging import events, gate, rendering
from core.messaging.events import Purpose
from core.models import Channel, Message, User
from core.prepared import Asked, Prepared

UNREAD_SHOWN = 99


def deliver_at_once(rows: Iterable[Message]) -> None:
    """Word service messages that are due and mark them delivered; the rest waits for the gate like any message."""
    now, shelf = clock.now(), rendering.Shelf()
    for row in rows:
        if row.purpose != Purpose.SERVICE or row.due_at > now or not (row.language or row.recipient_id):
            continue
        if events.get(row.event).compose is not None:
            continue
        try:
            text = rendering.render(row, shelf=shelf)
        except rendering.Unworded:
            continue
        row.subject, row.body, row.context = text.subject, text.body, ""
        row.state, row.sent_at, row.provider, row.attempts = Message.State.SENT, now, "inbox", 1


def of(user: User) -> QuerySet[Message]:
    """What a user finds in the inbox, newest first: written to the user, or to the member the user is."""
    mine = Q(recipient=user)
    if (member_id := gate.member_of(user)) is not None:
        mine |= _of_member(member_id)
    return _delivered(mine)


def _of_member(member_id: object) -> Q:
    return Q(recipient__isnull=True, member_id=member_id)


def _delivered(mine: Q) -> QuerySet[Message]:
    return Message.objects.filter(mine, channel=Channel.INBOX, state=Message.State.SENT).order_by("-id")


_UNREAD = Prepared(
    lambda user, member: (
        _delivered(Q(recipient=user) | _of_member(member))
        .filter(read_at__isnull=True)
        .values_list("pk", flat=True)[: UNREAD_SHOWN + 1]
    )
)


def asked(user: User) -> Asked:
    """What `unread_count` asks the database."""
    return _UNREAD.with_(user=user.pk, member=gate.member_of(user))


def unread_count(user: User) -> int:
    """How many wait to be read, counted up to one more than is shown."""
    return len(_UNREAD.all(user=user.pk, member=gate.member_of(user)))


def mark_read(user: User, *, pk: int | None = None) -> int:
    """Mark one message of the user, or all, as read; marking twice keeps the first moment."""
    unread = of(user).filter(read_at__isnull=True)
    if pk is not None:
        unread = unread.filter(pk=pk)
    return unread.order_by().update(read_at=clock.now())
