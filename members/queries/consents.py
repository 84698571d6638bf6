"""Which consents are in force (MEM-05 · B9.2): of one member, or of a sweep's whole batch in two statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Max, QuerySet

from members.models import Consent

Decision = tuple[str, str]
"""(purpose, channel); the channel is empty where a purpose sends nothing."""


def latest(member_ids: Iterable[int]) -> QuerySet[Consent]:
    """The decision in force for every question that the members were ever asked."""
    newest = (
        Consent.objects.filter(member_id__in=list(member_ids))
        .values("member_id", "purpose", "channel")
        .annotate(newest=Max("id"))
        .values("newest")
    )
    return Consent.objects.filter(pk__in=newest)


def decisions_of(member_id: int) -> dict[Decision, bool]:
    return decisions_of_many([member_id]).get(member_id, {})


def decisions_of_many(member_ids: Collection[int]) -> dict[int, dict[Decision, bool]]:
    """For sweeps: what each member decided; members without any decision are missing."""
    found: dict[int, dict[Decision, bool]] = defaultdict(dict)
    for member_id, purpose, channel, granted in latest(member_ids).values_list(
        "member_id", "purpose", "channel", "granted"
    ):
        found[member_id][purpose, channel] = granted
    return dict(found)
