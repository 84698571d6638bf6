"""Who has read what was announced, and who has put it away (MEM-11 · D9.4)."""

from collections.abc import Collection

from django.db import transaction

from core import clock
from core.models import User
from service_desk.knowledge.models import AnnouncementReading
from service_desk.knowledge.queries import news


@transaction.atomic
def read(announcements: Collection[int], *, by: User) -> None:
    """These have been read; the first time counts."""
    _note(announcements, "read_at", by=by)


@transaction.atomic
def dismiss(announcement: int, *, by: User) -> None:
    """It stands above the pages no longer, on whatever device. It stays in the list."""
    _note([announcement], "dismissed_at", by=by)


def _note(announcements: Collection[int], column: str, *, by: User) -> None:
    rows = [AnnouncementReading(announcement_id=pk, user=by) for pk in sorted(announcements)]
    AnnouncementReading.objects.bulk_create(rows, ignore_conflicts=True)
    noted = AnnouncementReading.objects.filter(user=by, announcement__in=announcements, **{column: None})
    noted.update(**{column: clock.now()})
    news.noted(by)
