"""What a member's tier brings to the renewal of her card, and what of it is still owed (CARD-16, CARD-18 · A5.3)."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from cards.models import Card, Order, OrderLine
from cards.policy import renewal_terms
from cards.policy.parameters import RenewalParameters
from cards.policy.renewal_terms import RenewalTerms
from core import clock, figures, parameters
from loyalty.models import EarnOccasion, MemberTier
from loyalty.policy.parameters import TierParameters

SOURCE = "renewal-back"
LOOK_BACK = dt.timedelta(days=92)


def terms_of(card: Card) -> RenewalTerms:
    """CARD-18 · A5.3 — the offer of the tier that the holder stands on today; who has no row stands on the lowest."""
    if card.holder_id is None:
        return RenewalTerms()
    today = clock.today()
    held = MemberTier.objects.filter(pk=card.holder_id).values_list("tier", flat=True).first()
    tier = held or parameters.in_force(TierParameters, on=today).ladder[0].code
    return renewal_terms.of_tier(tier, parameters=parameters.in_force(RenewalParameters, on=today))


def owed_points_back(*, on: dt.date) -> QuerySet[Order]:
    """CARD-18 · A5.3 — renewals of the last quarter that are done, whose frozen offer gives points back not given yet."""
    given = EarnOccasion.objects.filter(order=OuterRef("pk"), kind=EarnOccasion.Kind.RENEWAL_BACK)
    offered = OrderLine.objects.filter(order=OuterRef("pk"), offers__points_back_bps__gt=0, card__holder__isnull=False)
    done = Order.objects.filter(kind=Order.Kind.RENEWAL, state=Order.State.FULFILLED, total_minor__gt=0)
    since = figures.midnight(on) - LOOK_BACK
    return done.filter(paid_at__gte=since).filter(Exists(offered), ~Exists(given))
