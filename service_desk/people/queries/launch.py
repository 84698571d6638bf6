"""Whether enough of those who will sell a card are certified for it, store by store (CARD-04 · A2.2.1)."""

from collections import defaultdict
from collections.abc import Iterable

from cards.models import Channel, LaunchPlan
from cards.policy.launch import Launch
from core import access, clock, competence, parameters
from core.models import Certificate, RoleAssignment, Store, User
from service_desk.people.policy import staffing
from service_desk.people.policy.parameters import TrainingParameters

SELL = "counter.sell"


def is_staffed(launch: Launch) -> bool:
    """CARD-04 · A2.2.1 — a card that asks no certificate of its sellers, or that no store sells, needs nobody; any other
    needs the share of `TrainingParameters` in every store that will sell it."""
    plan = LaunchPlan.objects.select_related("version__product").filter(version=launch.version_id).first()
    if plan is None or Channel.STORE not in plan.channels:
        return True
    needed = competence.required(SELL, plan.version.product.code)
    if not needed:
        return True
    places = plan.pilot_stores.all() if launch.is_pilot else Store.objects.filter(is_open=True)
    given = parameters.in_force(TrainingParameters)
    return staffing.is_staffed(stores_of(places, needed), least=given.launch_least, share_bps=given.launch_share_bps)


def stores_of(places: Iterable[Store], needed: list[int]) -> list[staffing.Store]:
    """How many sell at each of these stores, and how many of them hold all of the certificates. Three queries, however
    many stores there are."""
    sellers = sellers_by_store()
    people = {user for users in sellers.values() for user in users}
    held: dict[int, set[int]] = defaultdict(set)
    rows = Certificate.objects.filter(competence.valid(clock.today()), competence__in=needed, user__in=people)
    for user, one in rows.values_list("user", "competence"):
        held[user].add(one)
    return [
        staffing.Store(
            store.name,
            sellers=len(sellers[store.pk]),
            certified=sum(held[user] >= set(needed) for user in sellers[store.pk]),
        )
        for store in places
    ]


def sellers_by_store() -> dict[int, set[int]]:
    """Who may sell where: those whose role there carries the right, and are at work."""
    selling = [code for code, role in access.roles().items() if role.allows(SELL) and not role.everywhere]
    at_work = User.objects.filter(is_active=True, is_staff=True)
    found: dict[int, set[int]] = defaultdict(set)
    rows = RoleAssignment.objects.filter(role__in=selling, ended_at=None, user__in=at_work, store__isnull=False)
    for store, user in rows.values_list("store", "user"):
        found[int(store or 0)].add(user)
    return found
