"""What the member's page of benefits says beside the list: what is reserved, her tier and the next, her adviser (LOY-15)."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from cards.models import Card, Entitlement
from cards.queries.entitlements import Standing
from core import clock, parameters
from loyalty.models import Adviser, Benefit, BenefitVersion
from loyalty.policy import service
from loyalty.policy.benefit_parameters import ServiceParameters
from loyalty.queries import benefits, catalogue, service_points, standing


def facts(card: Card, day: dt.date) -> Mapping[str, Any]:
    """What the part above the list shows, in a constant number of queries."""
    member = card.holder
    if member is None:
        return {}
    tier, ladder = benefits.tier_of(member, day=day)
    place = list(ladder).index(tier) if tier in ladder else -1
    rules = parameters.in_force(ServiceParameters, on=day)
    rows = [one for one in catalogue.in_force(day) if one.benefit.kind == Benefit.Kind.TIER and one.starts_on <= day]
    added = {code: [one.localized_name for one in rows if one.from_tier == code] for code in ladder}
    following = next((code for code in ladder[place + 1 :] if added[code]), "")
    return {
        "tier": tier,
        "gives": [name for code in ladder[: place + 1] for name in added[code]],
        "next_tier": following,
        "adds": added.get(following, []),
        "head_start": next((one.days for one in standing.head_starts(day) if one.tier == tier), 0),
        "days_ahead": service.days_ahead(tier, parameters=rules),
        "reserved": [
            {"row": row, "may_cancel": service.cancel_until(row.starts_at, parameters=rules) >= clock.now()}
            for row in service_points.coming(member)
        ],
        "adviser": Adviser.objects.filter(pk=member.pk).select_related("person__employment__post").first(),
    }


def reservable(card: Card, found: list[Standing]) -> list[Standing]:
    """CARD-24 · E4.4 — with the address where each benefit that some store serves by reservation is reserved."""
    served = service_points.served(_code(one) for one in found)
    return [
        dataclasses.replace(one, reserve_url=reverse("loyalty:reserve", args=[card.public_id, reference(one)]))
        if _code(one) in served and one.decision.allowed
        else one
        for one in found
    ]


def reference(one: Standing) -> str:
    """What names a benefit in an address: `c12` of a card, `b3` of the catalogue, `g5` by a grant."""
    if isinstance(one.entitlement, Entitlement):
        return f"c{one.entitlement.pk}"
    return f"g{one.grant}" if one.grant is not None else f"b{one.entitlement.pk}"


def _code(one: Standing) -> str:
    benefit = one.entitlement
    return benefit.code if isinstance(benefit, Entitlement | BenefitVersion) else ""
