"""What is announced, to whom, and what of it somebody has read (MEM-11). What every page asks is kept: no statement."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from core import clock, parameters
from core.models import User
from service_desk.knowledge.models import Announcement, AnnouncementReading, AnnouncementText
from service_desk.knowledge.models.articles import languages_for
from service_desk.knowledge.policy import announcing
from service_desk.knowledge.policy.announcing import Audience, Reader
from service_desk.knowledge.policy.parameters import KnowledgeParameters
from service_desk.knowledge.queries import concerned, kept

LIVE = "knowledge:news:1"
PERSONAL_SECONDS = 600
MOST = 200


@dataclass(frozen=True)
class Live:
    """An announcement as pages need it; `worded` is title and line by language."""

    pk: int
    kind: str
    importance: str
    audience: str
    tiers: frozenset[str]
    products: frozenset[int]
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    is_pinned: bool
    worded: dict[str, tuple[str, str]]

    def is_on(self, at: dt.datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def wording(self, language: str) -> tuple[str, str, str]:
        """Title, line, and the language that they are in."""
        spoken = next(one for one in languages_for(language) if one in self.worded)
        return (*self.worded[spoken], spoken)

    def concerns(self, reader: Reader) -> bool:
        audience = Audience(self.audience)
        return announcing.concerns(reader, audience=audience, tiers=self.tiers, products=self.products)


@dataclass(frozen=True)
class Mine:
    """How somebody stands to the announcements: which concern her, which she has read or put away."""

    known: frozenset[int]
    concerning: frozenset[int]
    read: frozenset[int] = frozenset()
    dismissed: frozenset[int] = frozenset()


def live() -> list[Live]:
    """What is on now; what has been decided and begins later is kept with it, so that it appears in time."""
    now = clock.now()
    return [one for one in kept.found(LIVE, _read, near=True) if one.is_on(now)]


def of(user: User) -> tuple[list[Live], Mine]:
    """What is on and concerns somebody. While nothing is on, nobody is asked anything."""
    on = live()
    if not on:
        return [], Mine(frozenset(), frozenset())
    mine = _mine(user, on)
    return [one for one in on if one.pk in mine.concerning], mine


def banners(shown: list[Live], mine: Mine) -> list[Live]:
    """What stands above every page until she puts it away: the weightiest first."""
    weight = {str(value): place for place, value in enumerate(Announcement.Importance.values)}
    pinned = [one for one in shown if one.is_pinned and one.pk not in mine.dismissed]
    return sorted(pinned, key=lambda one: -weight[one.importance])


def unread(shown: list[Live], mine: Mine) -> int:
    return sum(one.pk not in mine.read for one in shown)


def refresh() -> None:
    """After something was published or withdrawn."""
    kept.refresh(LIVE, _read)


def noted(user: User) -> None:
    """After somebody read or put away an announcement."""
    kept.refresh(_key(user), lambda: _ask(user, live()), seconds=PERSONAL_SECONDS)


def _mine(user: User, on: list[Live]) -> Mine:
    """Kept for some minutes; asked anew where something is on that it does not know."""
    mine = kept.found(_key(user), lambda: _ask(user, on), seconds=PERSONAL_SECONDS)
    if not {one.pk for one in on} <= mine.known:
        mine = _ask(user, on)
        kept.put(_key(user), mine, seconds=PERSONAL_SECONDS)
    return mine


def _key(user: User) -> str:
    return f"knowledge:news:1:{user.pk}"


def _ask(user: User, on: list[Live]) -> Mine:
    """Who she is, as far as an audience asks, and what of it she has read; one statement where only members are asked."""
    reader = concerned.reader_of(user, audiences={one.audience for one in on})
    found = Mine(frozenset(one.pk for one in on), frozenset(one.pk for one in on if one.concerns(reader)))
    rows = AnnouncementReading.objects.filter(user=user, announcement__in=found.concerning)
    readings = list(rows.values_list("announcement", "read_at", "dismissed_at"))
    return replace(
        found,
        read=frozenset(pk for pk, read, _dismissed in readings if read),
        dismissed=frozenset(pk for pk, _read, dismissed in readings if dismissed),
    )


def listed(user: User) -> list[Announcement]:
    """Everything of the last months that concerns somebody, ended or not, the newest first; six statements at most."""
    now = clock.now()
    since = now - dt.timedelta(days=parameters.in_force(KnowledgeParameters).news_days)
    rows = Announcement.objects.begun(now).filter(starts_at__gte=since).prefetch_related("texts", "products")
    found = list(rows[:MOST])
    reader = concerned.reader_of(user, audiences={one.audience for one in found})
    return [one for one in found if concerned.does(one, reader)]


def one_of(user: User, pk: int) -> Announcement | None:
    """One that has begun and concerns somebody, however long ago."""
    rows = Announcement.objects.begun(clock.now()).select_related("legal_text")
    found = rows.prefetch_related("texts", "products").filter(pk=pk).first()
    if found is None or not concerned.does(found, concerned.reader_of(user, audiences={found.audience})):
        return None
    return found


def read_by(user: User) -> set[int]:
    rows = AnnouncementReading.objects.filter(user=user, read_at__isnull=False)
    return set(rows.values_list("announcement", flat=True))


def to_tell() -> Announcement | None:
    """The next announcement that is sent as a message and has not reached everybody yet."""
    rows = Announcement.objects.live(clock.now()).filter(sends_message=True, told_at__isnull=True)
    return rows.order_by("starts_at", "pk").prefetch_related("products").first()


def _read() -> list[Live]:
    """One statement, once in a while: what has been decided and has not ended; one more where it names cards."""
    rows = Announcement.objects.filter(state=Announcement.State.PUBLISHED).exclude(ends_at__lte=clock.now())
    texts = AnnouncementText.objects.filter(announcement__in=rows).select_related("announcement").defer("body")
    found: dict[int, list[AnnouncementText]] = {}
    for text in texts.order_by("-announcement__starts_at", "-announcement"):
        found.setdefault(text.announcement_id, []).append(text)
    cards = _cards([pk for pk, said in found.items() if said[0].announcement.audience == Audience.HOLDERS])
    return [_live(said, frozenset(cards[pk])) for pk, said in found.items()]


def _cards(announcements: list[int]) -> dict[int, set[int]]:
    named: dict[int, set[int]] = defaultdict(set)
    if announcements:
        through = Announcement.products.through.objects.filter(announcement__in=announcements)
        for announcement, product in through.values_list("announcement", "product"):
            named[announcement].add(product)
    return named


def _live(texts: list[AnnouncementText], products: frozenset[int]) -> Live:
    one = texts[0].announcement
    return Live(
        pk=one.pk,
        kind=one.kind,
        importance=one.importance,
        audience=one.audience,
        tiers=frozenset(one.tiers),
        products=products,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        is_pinned=one.is_pinned,
        worded={text.language: (text.title, text.summary) for text in texts},
    )
