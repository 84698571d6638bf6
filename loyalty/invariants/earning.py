"""What caps have counted, and what was undone (LOY-04, LOY-08 · B7)."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import CharField, Q, Sum
from django.db.models.functions import Cast, Coalesce

from core import clock
from core.verify import invariant
from loyalty.models import EarnBudget, EarnCounter, PointAccount, PointTransaction, Purchase
from loyalty.policy.rules import is_birthday
from loyalty.queries import counted
from loyalty.queries.counted import Accrual, Counted, Versions

MEMBERS = 5_000
Range = dict[str, int]


@invariant("E1", "caps have counted what standing purchases and occasions were given, and nothing else")
def caps_count_what_stands() -> Iterator[str]:
    """Read for some thousand members at a time. A birthday of an entry that does not yet say which is taken as counted."""
    versions = counted.versions_of()
    programmes: Counter[tuple[str, str]] = Counter()
    for some in _members():
        given = counted.of(_accruals(some, versions), versions)
        programmes.update(given.programmes)
        yield from _differing(some, given)
    rows = EarnBudget.objects.order_by("pk").values_list("rule", "period", "points")
    kept = Counter({(rule, period): points for rule, period, points in rows})
    for rule, period in sorted(kept.keys() | programmes.keys()):
        if (found := kept[rule, period]) != (due := programmes[rule, period]):
            yield f"rule {rule}, {period}: {found} are counted for all members, {due} were given"


@invariant("E2", "what was undone kept no points")
def what_was_undone_kept_nothing() -> Iterator[str]:
    rows = Purchase.objects.filter(undone_at__isnull=False, earned__isnull=False)
    left = rows.annotate(left=Coalesce(Sum("earned__reversals__points"), 0)).values_list("pk", "left", "earned__points")
    for purchase, back, points in left.order_by("pk").iterator(chunk_size=2000):
        if points + back:
            yield f"purchase {purchase} was undone and kept {points + back} points"


def _differing(some: Range, given: Counted) -> Iterator[str]:
    rows = EarnCounter.objects.filter(**some).values_list("member_id", "rule", "period", "points")
    kept = {(member, rule, period): points for member, rule, period, points in rows}
    for key in sorted(kept.keys() | given.members.keys()):
        member, rule, period = key
        same = kept.get(key, 0) == given.members[key]
        if is_birthday(period):
            same = (same and key in kept and key in given.members) or (member, rule) in given.unsaid
        if not same:
            counted_points, due = kept.get(key, "nothing"), given.members[key]
            yield f"member {member}, rule {rule}, {period}: {counted_points} is counted, {due} was given"


def _members() -> Iterator[Range]:
    last = 0
    while keys := list(PointAccount.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MEMBERS]):
        last = keys[-1]
        yield {"member_id__gte": keys[0], "member_id__lte": last}


def _accruals(some: Range, versions: Versions) -> Iterator[Accrual]:
    """Those in which a rule that is counted may have had a part, by what they say of themselves."""
    named = Q(pk__in=[])
    for code in {rule.code for rule in versions.values()}:
        named |= Q(said__contains=f'"{code}"')
    accruals = PointTransaction.objects.filter(**some, kind=PointTransaction.Kind.ACCRUE)
    standing = accruals.exclude(purchase__undone_at__isnull=False).annotate(said=Cast("why", CharField()))
    columns = standing.filter(named).order_by().values_list("member_id", "occurred_at", "why")
    for member, at, why in columns.iterator(chunk_size=2000):
        yield Accrual(member, clock.day_of(at), why)
