"""How members stand with their tiers: one of them for her page, all of them for the board (LOY-01, LOY-03 · B8.2)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from cards.models import Card
from cards.queries.holder_tier import HolderTier
from core import clock, parameters, periods, words
from core.prepared import Asked, Prepared
from loyalty.models import MemberTier, TierChange, TierHold
from loyalty.policy import activity, tiers
from loyalty.policy.parameters import Tier, TierParameters
from loyalty.queries import figures
from members.models import Member

MONTHS, DAYS = 12, 30
AHEAD = dt.timedelta(days=60)
_HELD = Prepared(lambda member: MemberTier.objects.filter(pk=member).values_list("tier", flat=True))


@dataclass(frozen=True)
class Counted:
    """One kind of activity within the window: how often, what each time gives, what it gave, the most it can give."""

    signal: activity.Signal
    times: int

    @property
    def score(self) -> int:
        return activity.part(self.signal, self.times)


@dataclass(frozen=True)
class Progress:
    """A member's tier and her figures on a day; `following` is the next tier and `missing` what is needed for it.

    `keeping` is what is still needed to keep the tier, by the share of its standard that keeping asks; `whole_through` is
    the last day on which nothing of what counts today has left the window yet.
    """

    tier: Tier
    following: Tier | None
    figures: tiers.Figures
    missing: tiers.Missing | None
    keeping: tiers.Missing | None
    keep: tiers.Figures | None
    row: MemberTier | None
    floor: tiers.Standing
    window: tuple[dt.date, dt.date]
    counted: tuple[Counted, ...]
    codes: tuple[str, ...]
    whole_through: dt.date | None

    @property
    def in_grace(self) -> bool:
        promised = self.row.promised_through if self.row else None
        return promised is not None and self.window[1] > promised


def progress(member: Member, *, on: dt.date) -> Progress:
    """LOY-03 · B8.2 — "why am I silver, what do I still need for gold?" Four queries."""
    policy = parameters.in_force(TierParameters, on=on)
    one = figures.numbers(figures.these([member.pk]), on=on, parameters=policy)[0]
    rank = {tier.code: place for place, tier in enumerate(policy.ladder)}
    place = rank.get(one.standing.tier, 0)
    tier = policy.ladder[place]
    following = policy.ladder[place + 1] if place + 1 < len(policy.ladder) else None
    needed = tiers.standard(tier, share_bps=policy.keep_bps) if place else None
    times = figures.activities(member, on=on, parameters=policy)
    return Progress(
        tier=tier,
        following=following,
        figures=one.figures,
        missing=tiers.missing(following, one.figures) if following else None,
        keeping=tiers.missing(needed, one.figures) if needed else None,
        keep=tiers.Figures(needed.spend_minor, needed.visits, needed.activity) if needed else None,
        row=MemberTier.objects.filter(pk=member.pk).first(),
        floor=one.standing,
        window=tiers.window(on, parameters=policy),
        codes=tiers.codes(policy),
        whole_through=tiers.counts_through(figures.oldest(member, on=on, parameters=policy), parameters=policy),
        counted=tuple(Counted(signal, times.get(signal.code, 0)) for signal in policy.signals),
    )


def history(member: Member) -> QuerySet[TierChange]:
    """LOY-03 · B8.2 — every decision about her tier, the newest first."""
    return TierChange.objects.filter(member=member).order_by("-sequence")


def hold_of(member: Member) -> TierHold | None:
    """The guarantee that holds her tier now."""
    return TierHold.objects.filter(member=member, ended_at__isnull=True, ends_on__gte=clock.today()).first()


def asked(card: Card) -> Asked:
    """What `of_holder` asks the database."""
    return _HELD.with_(member=card.holder_id)


def of_holder(card: Card) -> HolderTier | None:
    """CARD-14 · A4.3.1 — the tier of a card's holder, in words. One query."""
    held = _HELD.first(member=card.holder_id)
    code = held or parameters.in_force(TierParameters).ladder[0].code
    return HolderTier(code, words.of(words.TIER, code), url=reverse("loyalty:tier"))


@dataclass(frozen=True)
class Share:
    """How many members stand on a tier, of all."""

    code: str
    members: int
    of: int

    @property
    def bps(self) -> int:
        return 10_000 * self.members // self.of if self.of else 0

    @property
    def percent(self) -> str:
        return f"{self.bps / 100:.1f}\N{NO-BREAK SPACE}%"


def shares(*, on: dt.date) -> list[Share]:
    """LOY-01 · B3.3 — members by tier, the lowest first; who has no row stands on the lowest. Two queries."""
    ladder = tiers.codes(parameters.in_force(TierParameters, on=on))
    held = dict(MemberTier.objects.order_by().values_list("tier").annotate(members=Count("pk")))
    everybody = Member.objects.exclude(state=Member.State.CLOSED).count()
    above = {code: held.get(code, 0) for code in ladder[1:]}
    lowest = max(everybody - sum(above.values()), 0)
    return [Share(code, lowest if place == 0 else above[code], everybody) for place, code in enumerate(ladder)]


@dataclass(frozen=True)
class Moves:
    """How many went up, kept their tier, and went down."""

    up: int = 0
    kept: int = 0
    down: int = 0


def moves(*, since: dt.date, ladder: Sequence[str]) -> list[tuple[str, str, int]]:
    """LOY-03 · B8.2 — from which tier to which, how often since a day; the same tier means that it was kept."""
    rows = TierChange.objects.filter(effective_on__gte=since).order_by()
    found = rows.values_list("from_tier", "to_tier").annotate(times=Count("pk"))
    rank = {code: place for place, code in enumerate(ladder)}
    return sorted(found, key=lambda row: (rank.get(row[0], -1), rank.get(row[1], -1)))


def summed(rows: Sequence[tuple[str, str, int]], *, ladder: Sequence[str]) -> Moves:
    """Moves added up by their direction."""
    rank = {code: place for place, code in enumerate(ladder)}
    ways = {"up": 0, "kept": 0, "down": 0}
    for before, after, times in rows:
        step = rank.get(after, 0) - rank.get(before, 0)
        ways["up" if step > 0 else "down" if step < 0 else "kept"] += times
    return Moves(**ways)


def by_month(*, on: dt.date, ladder: Sequence[str]) -> list[tuple[dt.date, Moves]]:
    """LOY-03 · B8.2 — the last twelve months, each with its ups and downs. One query."""
    first = periods.add_months(on.replace(day=1), -(MONTHS - 1))
    rows = TierChange.objects.filter(effective_on__gte=first).order_by()
    months: dict[dt.date, list[tuple[str, str, int]]] = {
        periods.add_months(first, place): [] for place in range(MONTHS)
    }
    counted = rows.annotate(month=TruncMonth("effective_on")).values_list("month", "from_tier", "to_tier")
    for month, before, after, times in counted.annotate(times=Count("pk")):
        months.setdefault(month, []).append((before, after, times))
    return [(month, summed(rows, ladder=ladder)) for month, rows in sorted(months.items())]


@dataclass(frozen=True)
class Leaving:
    """A member who will lose her tier unless she does something: by when, and what is missing to keep it."""

    row: MemberTier
    missing: tiers.Missing
    last_day: dt.date


def ending(*, on: dt.date) -> QuerySet[MemberTier]:
    """LOY-02 · B8.1 — tiers whose promise or grace ends within the next weeks, the first to end first."""
    rows = MemberTier.objects.filter(review_on__lte=on + AHEAD).select_related("member")
    return rows.order_by("review_on", "member_id")


def leaving(rows: Sequence[MemberTier], *, on: dt.date) -> list[Leaving]:
    """LOY-02 · B8.1 — of these the ones that would not keep their tier by the figures of today. One query."""
    policy = parameters.in_force(TierParameters, on=on)
    known = {tier.code: tier for tier in policy.ladder}
    found = figures.numbers(figures.these([row.pk for row in rows]), on=on, parameters=policy) if rows else []
    have = {one.member: one for one in found}
    short = []
    for row in rows:
        tier, one = known.get(row.tier), have.get(row.pk)
        if tier is None or one is None or row.promised_through is None or one.standing.floor == row.tier:
            continue
        missing = tiers.missing(tiers.standard(tier, share_bps=policy.keep_bps), one.figures)
        if missing != tiers.Missing(tier.code, 0, 0, 0):
            short.append(Leaving(row, missing, row.promised_through + dt.timedelta(days=policy.grace_days)))
    return short
