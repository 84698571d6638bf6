"""What was done at a store a moment ago: so that a slip of the hand is found and undone."""

from django.db.models import QuerySet

from cards.models import BenefitUse
from core import clock
from core.models import Store

SHOWN = 6


def at_store(store: Store) -> QuerySet[BenefitUse]:
    """The last uses of today at a store, newest first."""
    rows = BenefitUse.objects.filter(store=store, used_on=clock.today())
    return rows.select_related("entitlement", "card__holder", "clerk").order_by("-id")[:SHOWN]
