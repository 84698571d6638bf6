"""What was given in a case, and what can be given (SVC-04 · D6.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from cards.models import Order, Payment
from core import access, clock, parameters
from core.models import User
from loyalty.models import CouponOffer
from members.models import Member
from service_desk.models import Case, Compensation
from service_desk.policy import compensation as rule
from service_desk.policy.compensation import Authority
from service_desk.policy.parameters import ServiceDeskParameters

GIVE = "service_desk.compensate_case"
DECIDE, DECIDE_LARGE = "service_desk.decide_compensation", "service_desk.decide_large_compensation"
MOST = 20


@dataclass(frozen=True)
class Room:
    """How far an authority is used up: what was given or waits in the case, its limit, and what is left."""

    authority: Authority
    counted_minor: int
    limit_minor: int

    @property
    def left_minor(self) -> int:
        return max(0, self.limit_minor - self.counted_minor)


def family(case: Case) -> list[int]:
    """SVC-04 · D6.2 — a case and all that were merged into it, however deep: what is given in any counts in all."""
    found, level = [case.pk], [case.pk]
    while level:
        level = list(Case.objects.filter(merged_into__in=level).values_list("pk", flat=True))
        found += level
    return found


def counted(cases: Sequence[int], *, but: Compensation | None = None) -> int:
    """SVC-04 · D6.2 — the worth of everything that was given in these cases or waits, in minor units."""
    rows = Compensation.objects.filter(case__in=cases, state__in=Compensation.COUNTED)
    rows = rows if but is None else rows.exclude(pk=but.pk)
    return int(rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


def authority_of(user: User) -> Authority | None:
    """SVC-04 · D6.2 — on whose authority a colleague gives at once; None where he gives nothing."""
    if access.allows(user, DECIDE):
        return Authority.LEAD
    return Authority.AGENT if access.allows(user, GIVE) else None


def room(rows: Sequence[Compensation], *, user: User) -> Room | None:
    """SVC-04 · D6.2 — what the colleague may still give at once, beside everything there is in the case."""
    own = authority_of(user)
    if own is None:
        return None
    most = rule.limit(own, parameters=parameters.in_force(ServiceDeskParameters))
    return Room(own, sum(row.amount_minor for row in rows if row.state in Compensation.COUNTED), most or 0)


def of_case(case: Case) -> QuerySet[Compensation]:
    """SVC-04 · D6.2 — everything that was asked for in a case and those merged into it, the newest first."""
    rows = Compensation.objects.filter(case__in=family(case))
    return rows.select_related(
        "asked_by", "decided_by", "offer", "coupon", "payment__order", "refund", "approval", "refund_approval", "case"
    ).order_by("-id")


def payments_of(member: Member | None) -> list[Payment]:
    """SVC-04, CARD-20 · D6.2, E5.6 — payments of a member's of which a part can go back, the newest first."""
    if member is None:
        return []
    rows = Payment.objects.filter(
        order__member=member,
        state=Payment.State.SUCCEEDED,
        currency=settings.CURRENCY,
        refunded_minor__lt=F("received_minor"),
    ).exclude(order__state__in=[Order.State.REFUNDED, Order.State.CANCELLED, Order.State.EXPIRED])
    return list(rows.select_related("order").order_by("-pk")[:MOST])


def offers() -> list[CouponOffer]:
    """SVC-04, LOY-13 · D6.2, E2.6 — coupons that can be given now and whose worth has an end."""
    today = clock.today()
    running = Q(last_on__isnull=True) | Q(last_on__gte=today)
    of_worth = Q(effect=CouponOffer.Effect.AMOUNT, currency=settings.CURRENCY) | Q(most_minor__gt=0)
    return list(CouponOffer.objects.filter(running, of_worth).order_by("code"))


def worth_of(offer: CouponOffer) -> int:
    """SVC-04 · D6.2 — what a coupon counts for."""
    return rule.worth_of_coupon(amount_minor=offer.value_minor, most_minor=offer.most_minor)


def undecided(pks: Sequence[int]) -> QuerySet[Compensation]:
    """SVC-04 · D6.2 — of these, what waited for finance and is decided by now."""
    rows = Compensation.objects.filter(pk__in=pks, state=Compensation.State.AT_FINANCE)
    return rows.exclude(refund_approval__state="pending")
