"""Who stands at which level of a contact chain (SVC-16 · D12): four statements for any number of incidents."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from core import access
from core.models import Employment
from service_desk.incidents.models import Incident, PlanCall
from service_desk.incidents.policy.chain import Level

LEAD = "service_desk.lead_incident"
Served = Mapping[int, Collection[int]]


def levels(incidents: Collection[Incident]) -> dict[int, list[Level]]:
    """SVC-16 · D12 — incident → its chain. Behind the levels of the plan stands everybody who may lead: no call ends nowhere."""
    planned = _planned({row.plan_id for row in incidents if row.plan_id})
    posts = _at_posts({post.pk for calls in planned.values() for call in calls for post in call.posts.all()})
    stores = _stores(incidents)
    last = frozenset(access.holders(LEAD).values_list("pk", flat=True))
    found: dict[int, list[Level]] = {}
    for row in incidents:
        calls = planned.get((row.plan_id or 0, row.severity), [])
        chain = [
            Level(place, call.minutes, _people(call, posts, stores.get(row.pk, ())))
            for place, call in enumerate(calls, start=1)
        ]
        found[row.pk] = [*chain, Level(len(chain) + 1, 0, last)]
    return found


def _planned(versions: Collection[int]) -> dict[tuple[int, int], list[PlanCall]]:
    found: dict[tuple[int, int], list[PlanCall]] = defaultdict(list)
    if versions:
        rows = PlanCall.objects.filter(version__in=versions).order_by("level").prefetch_related("posts", "people")
        for call in rows:
            found[call.version_id, call.severity].append(call)
    return found


def _at_posts(posts: Collection[int]) -> dict[int, list[tuple[int, int | None]]]:
    """Post → who holds it, and at which store."""
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    if posts:
        rows = Employment.objects.filter(
            post__in=posts, ended_on__isnull=True, user__is_active=True, user__is_staff=True
        )
        for post, user, store in rows.values_list("post", "user", "store"):
            found[post].append((user, store))
    return found


def _stores(incidents: Collection[Incident]) -> Served:
    found: dict[int, set[int]] = defaultdict(set)
    for incident, store in Incident.stores.through.objects.filter(incident__in=incidents).values_list(
        "incident", "store"
    ):
        found[incident].add(store)
    return found


def _people(
    call: PlanCall, posts: Mapping[int, Collection[tuple[int, int | None]]], stores: Collection[int]
) -> frozenset[int]:
    """The persons named, and whoever holds the posts: of the stores concerned, where stores are named."""
    named = {person.pk for person in call.people.all() if person.is_active and person.is_staff}
    holding = {
        user
        for post in call.posts.all()
        for user, store in posts.get(post.pk, ())
        if store is None or not stores or store in stores
    }
    return frozenset(named | holding)
