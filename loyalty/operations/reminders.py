"""Reminding of points that lapse, a batch of members at a time (LOY-07 · B7.2.2).

What a reminder says is composed when it is sent (`queries.letters`), so that nobody reads of points that she has spent.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core import clock
from core.messaging import events, outbox
from core.messaging.outbox import Draft
from core.models import Channel
from loyalty.models import LapseReminder
from members.models import Member

EVENT = "points.lapse_due"


@transaction.atomic
def write(members: Sequence[int], *, last_valid_on: dt.date, step: int) -> int:
    """LOY-07 · B7.2.2 — one reminder for each member, last day and step, on every channel that reaches her.

    What was written before is passed over by the unique key; returns how many were new.
    """
    about = {"last_valid_on": last_valid_on, "step": step}
    known = set(LapseReminder.objects.filter(member__in=members, **about).values_list("member_id", flat=True))
    at = clock.now()
    LapseReminder.objects.bulk_create(
        [LapseReminder(member_id=pk, written_at=at, **about) for pk in members if pk not in known],
        ignore_conflicts=True,
    )
    written = LapseReminder.objects.filter(member__in=members, written_at=at, **about).exclude(member__in=known)
    new = list(written.select_related("member__user").order_by("pk"))
    outbox.send_many(
        Draft(
            event=EVENT,
            key=f"{row.member_id}:{last_valid_on}:{step}",
            to=row.member.user,
            member_id=row.member_id,
            language=row.member.language,
            channels=_channels(row.member),
            link="/me/points/",
            about=f"loyalty.lapsereminder:{row.pk}",
            context={},
        )
        for row in new
    )
    return len(new)


def _channels(member: Member) -> tuple[str, ...]:
    reached = {
        Channel.INBOX: True,
        Channel.SMS: member.phone_verified_at is not None,
        Channel.EMAIL: member.email_verified_at is not None,
    }
    return tuple(channel for channel in events.get(EVENT).channels if reached[channel])
