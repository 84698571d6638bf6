"""What the page of a member shows of her cards (MEM-03 · C2.1)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cards.models import BenefitUse
from cards.queries import cards
from members import panels
from members.models import Member

SHOWN = 15


def _cards(member: Member) -> Mapping[str, Any]:
    rows = cards.with_relations()
    return {
        "held": list(rows.filter(holder=member)[:SHOWN]),
        "bought": list(rows.filter(purchaser=member).exclude(holder=member)[:SHOWN]),
    }


def _uses(member: Member) -> Mapping[str, Any]:
    rows = BenefitUse.objects.filter(card__holder=member).select_related(
        "entitlement", "store", "clerk", "card__number"
    )
    return {"uses": list(rows.order_by("-id")[:SHOWN])}


panels.register(
    panels.Panel("cards", _("Cards"), "admin/cards/member_cards.html", _cards, right="cards.view_card", order=10)
)
panels.register(
    panels.Panel("uses", _("Uses"), "admin/cards/member_uses.html", _uses, right="cards.view_benefituse", order=20)
)
