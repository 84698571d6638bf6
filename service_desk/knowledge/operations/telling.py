"""Announcements told by message, batch by batch: each reader once, however often a sweep is repeated (MEM-11 · D9.4)."""

from collections.abc import Sequence
from dataclasses import replace

from core import clock
from core.messaging import outbox
from core.messaging.outbox import Draft
from core.models import User
from members.models import Member
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.policy import announcing
from service_desk.knowledge.queries import concerned

EVENT = "news.announced"


def next_readers(row: Announcement, *, after: int, limit: int) -> list[int]:
    """The keys of the next readers behind `after`: members, or for the house accounts."""
    rows = concerned.colleagues(row) if _of_the_house(row) else concerned.members(row)
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def tell(announcement: int, readers: Sequence[int]) -> int:
    """Write to these readers. Consent is asked when each message leaves; withdrawn meanwhile, it is not sent at all."""
    row = Announcement.objects.select_for_update().get(pk=announcement)
    if row.state != Announcement.State.PUBLISHED:
        return 0
    written = outbox.send_many(_drafts(row, readers))
    row.told_through = max(row.told_through, *readers)
    row.save(update_fields=["told_through"])
    return written


def finish(announcement: int) -> int:
    """Everybody has been written to."""
    rows = Announcement.objects.filter(pk=announcement, told_at__isnull=True)
    return rows.update(told_at=clock.now())


def _drafts(row: Announcement, readers: Sequence[int]) -> list[Draft]:
    about, link = f"service_desk.announcement:{row.pk}", f"/me/news/{row.pk}/"
    common = Draft(event=EVENT, key="", context={}, purpose=row.purpose, about=about, link=link)
    if _of_the_house(row):
        people = User.objects.in_bulk(readers)
        return [replace(common, key=f"{row.pk}:u{key}", to=people[key]) for key in readers if key in people]
    members = Member.objects.filter(pk__in=readers).only("pk", "language")
    return [
        replace(common, key=f"{row.pk}:{member.pk}", member_id=member.pk, language=member.language)
        for member in members
    ]


def _of_the_house(row: Announcement) -> bool:
    return announcing.Audience(row.audience) in announcing.OF_THE_HOUSE
