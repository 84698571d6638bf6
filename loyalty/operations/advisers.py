"""A colleague of her own for each member of the highest tiers (LOY-15 · B8.3, C7.2)."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from core import access, audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from loyalty.models import Adviser, MemberTier
from loyalty.policy import service, tiers
from loyalty.policy.benefit_parameters import ServiceParameters
from loyalty.policy.parameters import TierParameters

ADVISE, CHANGE = "loyalty.advise_member", "loyalty.change_adviser"


@transaction.atomic
def settle(members: Sequence[int]) -> int:
    """LOY-15 · C7.2 — who has reached such a tier gets the adviser with the fewest members; who has left it has none.

    A repeat changes nothing; without anybody who may advise nobody is assigned.
    """
    on = clock.today()
    wanted = advised()
    needing = {
        row.pk: row.tier in wanted
        for row in MemberTier.objects.select_for_update().filter(pk__in=members).order_by("pk")
    }
    known = dict(Adviser.objects.filter(pk__in=needing).values_list("pk", "person_id"))
    people = {person.pk: person for person in access.holders(ADVISE)}
    load = dict.fromkeys(people, 0) | dict(
        Adviser.objects.filter(person__in=people).values_list("person").annotate(n=Count("pk"))
    )
    done = 0
    for pk, needs in needing.items():
        if not needs and pk in known:
            Adviser.objects.filter(pk=pk).delete()
        elif needs and load and known.get(pk) not in people:
            chosen = min(load, key=lambda person: (load[person], person))
            Adviser.objects.update_or_create(member_id=pk, defaults={"person_id": chosen, "since_on": on})
            load[chosen] += 1
        else:
            continue
        done += 1
    return done


@transaction.atomic
def assign(adviser: Adviser, person: User, *, reason: str, by: User) -> Adviser:
    """LOY-15 · C7.2 — another adviser, by hand; refuses whoever may not advise."""
    access.require(by, CHANGE)
    if not access.allows(person, ADVISE):
        raise Refusal("adviser_unfit")
    adviser = Adviser.objects.select_for_update(of=("self",)).get(pk=adviser.pk)
    before, adviser.person, adviser.since_on = adviser.person_id, person, clock.today()
    adviser.save(update_fields=["person", "since_on"])
    audit.record(
        "loyalty.adviser.assign",
        subject=adviser,
        actor=by,
        member_id=adviser.pk,
        reason=reason,
        details={"before": before, "after": person.pk},
    )
    return adviser


def due() -> QuerySet[MemberTier]:
    """LOY-15 · C7.2 — who should have an adviser and has none at work, and who has one and should not."""
    in_tier = Q(tier__in=advised())
    served = Q(member__adviser__person__in=access.holders(ADVISE))
    has_one = Q(member__adviser__isnull=False)
    return MemberTier.objects.filter((in_tier & ~served) | (~in_tier & has_one))


def advised() -> Sequence[str]:
    ladder = tiers.codes(parameters.in_force(TierParameters))
    return service.advised(ladder=ladder, parameters=parameters.in_force(ServiceParameters))
