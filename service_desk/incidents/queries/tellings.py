"""Whom a message about an incident concerns, by which rule (SVC-16 · D12)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cards.models import BenefitUse, Card
from core import clock
from loyalty.models import Purchase
from members.models import Member
from service_desk.incidents.models import Incident, IncidentCase, IncidentTelling

Rule = IncidentTelling.Rule


def concerned(incident: Incident, rule: str, chosen: Mapping[str, Any]) -> QuerySet[Member]:
    """SVC-16 · D12 — the members whom a rule chooses; whose membership is closed is left alone."""
    rows = Member.objects.filter(state=Member.State.ACTIVE)
    match Rule(rule):
        case Rule.CASES:
            theirs = IncidentCase.objects.filter(incident=incident, case__member=OuterRef("pk"))
            return rows.filter(Exists(theirs))
        case Rule.HOLDERS:
            held = Card.objects.filter(
                holder=OuterRef("pk"), product__in=chosen["products"], state=Card.State.ACTIVE,
                last_valid_on__gte=clock.today(),
            )  # fmt: skip
            return rows.filter(Exists(held))
        case Rule.VISITORS:
            return _visitors(rows, chosen)
        case Rule.LISTED:
            return rows.filter(pk__among=list(chosen["members"]))


def _visitors(rows: QuerySet[Member], chosen: Mapping[str, Any]) -> QuerySet[Member]:
    """Whoever enjoyed a benefit of a card, or bought something, at one of these stores within these days."""
    days = (dt.date.fromisoformat(chosen["from"]), dt.date.fromisoformat(chosen["through"]))
    stores = chosen["stores"]
    uses = BenefitUse.objects.filter(store__in=stores, used_on__range=days, reversed_at__isnull=True)
    bought = Purchase.objects.filter(store__in=stores, occurred_on__range=days, undone_at__isnull=True)
    return rows.filter(Exists(uses.filter(card__holder=OuterRef("pk"))) | Exists(bought.filter(member=OuterRef("pk"))))


def to_send() -> IncidentTelling | None:
    """The oldest message that is being sent."""
    rows = IncidentTelling.objects.filter(state=IncidentTelling.State.SENDING).select_related("incident")
    return rows.order_by("pk").first()


def next_members(row: IncidentTelling, *, after: int, limit: int) -> list[int]:
    """The keys of the next members behind `after`."""
    rows = concerned(row.incident, row.rule, row.chosen).filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def count(incident: Incident, rule: str, chosen: Mapping[str, Any]) -> int:
    """How many members a rule chooses, as it stands now."""
    return concerned(incident, rule, chosen).count()
