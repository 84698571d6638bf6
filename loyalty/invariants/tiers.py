"""Tiers and their history (invariants 34 to 37)."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
)  # fmt: skip

from core import clock, parameters
from core.verify import invariant
from loyalty.models import (
    MemberTier,
    TierChange,
)  # fmt: skip
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters

LATE = dt.timedelta(days=2)


@invariant(35, "a member's tier is her newest change, and her changes have no gap")
def tiers_repeat_their_newest_change() -> Iterator[str]:
    newest = TierChange.objects.filter(member=OuterRef("pk")).order_by("-sequence")
    same = Q(
        tier=Subquery(newest.values("to_tier")[:1]),
        sequence=Subquery(newest.values("sequence")[:1]),
        decided_on=Subquery(newest.values("effective_on")[:1]),
    )
    promise = Subquery(newest.values("promised_through")[:1])
    rows = MemberTier.objects.annotate(promise=promise)
    agreed = Q(promised_through=F("promise")) | Q(promised_through__isnull=True, promise__isnull=True)
    for row in rows.exclude(same & agreed).iterator(chunk_size=2000):
        yield f"tier of member {row.pk} is not what her newest change says"
    known = MemberTier.objects.filter(pk=OuterRef("member"))
    for change in TierChange.objects.filter(sequence=1).exclude(Exists(known)):
        yield f"member {change.member_id} has changes of tier and no tier"
    before = TierChange.objects.filter(member=OuterRef("member"), sequence=OuterRef("sequence") - 1)
    joined = TierChange.objects.filter(sequence__gt=1).annotate(
        was=Subquery(before.values("to_tier")[:1]), since=Subquery(before.values("effective_on")[:1])
    )
    for change in joined.exclude(from_tier=F("was"), effective_on__gte=F("since")).iterator(chunk_size=2000):
        yield f"change {change.pk} of member {change.member_id} does not follow the one before"
    for change in joined.filter(Q(was__isnull=True)):
        yield f"change {change.pk} of member {change.member_id} follows a gap"


@invariant(36, "nobody goes down before the promised day and its grace are over, but by a return")
def no_tier_before_its_promise() -> Iterator[str]:
    before = TierChange.objects.filter(member=OuterRef("member"), sequence=OuterRef("sequence") - 1)
    fell = TierChange.objects.filter(why=TierChange.Why.FELL_SHORT).annotate(
        promised=Subquery(before.values("promised_through")[:1])
    )
    for change in fell.filter(Q(promised__isnull=True) | Q(effective_on__lte=F("promised"))).iterator(chunk_size=2000):
        yield f"change {change.pk} of member {change.member_id} came before the promised day"


@invariant(37, "a tier that was reached met its standard, thresholds included")
def reached_tiers_met_their_standard() -> Iterator[str]:
    days: dict[dt.date, TierParameters] = {}
    for change in TierChange.objects.filter(why=TierChange.Why.REACHED).iterator(chunk_size=2000):
        day = change.effective_on
        policy = days.get(day) or days.setdefault(day, parameters.in_force(TierParameters, on=day))
        tier = next((tier for tier in policy.ladder if tier.code == change.to_tier), None)
        if tier and not tiers.meets(tier, tiers.Figures(change.spend_minor, change.visits, change.activity)):
            yield f"change {change.pk} of member {change.member_id} did not meet the standard"


@invariant(34, "a tier lies no more than a night behind what is due")
def tiers_are_looked_at() -> Iterator[str]:
    for row in MemberTier.objects.filter(review_on__lt=clock.today() - LATE):
        yield f"tier of member {row.pk} was to be looked at on {row.review_on}"
