"""The agents' side of chat (SVC-01 · A6.2.1): who sits at a chat desk, and what is done about chats whose time has come."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from core import access, clock, parameters
from core.models import User
from service_desk.channels.models import Chat, ChatLine, ChatSeat
from service_desk.channels.operations import chats as life
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.channels.queries import chats
from service_desk.queries.agents import HANDLE

SEAT_EVERY = dt.timedelta(seconds=10)
"""How often a seat that is looked from is written down again."""
AT_ONCE = 200


def sit(*, by: User) -> None:
    """SVC-01 · A6.2.1 — somebody has his chat desk open; called while he has. Whether he is on duty is another matter."""
    access.require(by, HANDLE)
    now = clock.now()
    known = ChatSeat.objects.filter(user=by)
    if known.filter(seen_at__gt=now - SEAT_EVERY).exists():
        return
    if not known.update(seen_at=now):
        ChatSeat.objects.update_or_create(user=by, defaults={"seen_at": now})


def stand_up(*, by: User) -> None:
    """SVC-01 · A6.2.1 — the chat desk is closed: nothing more is offered; what he has stays his."""
    ChatSeat.objects.filter(user=by).delete()


def tend() -> int:
    """SVC-01 · A6.2.1 — every chat whose time has come: offered to the next, made a case, ended by silence. How many changed.

    Several who tend at once do no harm: each step is taken on the row as it then stands.
    """
    limits, now, changed = parameters.in_force(ChatParameters), clock.now(), 0
    waiting = list(chats.waiting().select_related("member")[:AT_ONCE])
    agents = chats.seats() if waiting else []
    for chat in waiting:
        before = (chat.state, chat.offered_to_id)
        after = life.look_after(chat, agents)
        changed += (after.state, after.offered_to_id) != before
    silent = now - dt.timedelta(minutes=limits.silence_minutes)
    for chat in Chat.objects.filter(state=Chat.State.TALKING, last_said_at__lt=silent).order_by("pk")[:AT_ONCE]:
        changed += life.look_after(chat).state != Chat.State.TALKING
    return changed


def needs_tending(waiting: list[Chat]) -> bool:
    """Whether one of these chats should be offered to somebody else or has waited long enough: asks nothing."""
    limits, now = parameters.in_force(ChatParameters), clock.now()
    offer, patience = dt.timedelta(seconds=limits.offer_seconds), dt.timedelta(seconds=limits.patience_seconds)
    return any(
        chat.offered_at is None or now - chat.offered_at > offer or now - chat.waits_since > patience
        for chat in waiting
    )


def to_forget() -> QuerySet[Chat]:
    """SEC-03 · A7.3.3 — chats that have been cases for so long that their threads are all that is needed."""
    before = clock.now() - dt.timedelta(days=parameters.in_force(ChatParameters).keep_days)
    return Chat.objects.filter(forgotten_at__isnull=True, ended_at__lt=before)


@transaction.atomic
def forget(pks: list[int]) -> int:
    """SEC-03 · A7.3.3 — remove what was said and by whom: it stands in the case. That there was a chat stays."""
    rows = to_forget().filter(pk__in=pks)
    keys = list(rows.values_list("pk", flat=True))
    ChatLine.objects.filter(chat__in=keys).delete()
    return rows.filter(pk__in=keys).update(name="", phone="", email="", forgotten_at=clock.now())
