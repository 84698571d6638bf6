"""Points, coupons and money as compensations (SVC-04 · D6.2): what they are worth, and how each is given, once."""

from dataclasses import dataclass

from django.conf import settings

from cards.models import Payment, Refund
from cards.payments import refunds
from core import clock, parameters
from core.models import Approval
from core.refusals import Refusal
from loyalty.models import CouponOffer
from loyalty.operations import adjustments, coupons
from loyalty.operations.ledger import Cause
from loyalty.policy.parameters import PointsParameters
from members.models import Member
from service_desk.models import Case, Compensation
from service_desk.operations import complaint_letters
from service_desk.policy import compensation as rule
from service_desk.policy.compensation import Means
from service_desk.queries import compensation as kept

SOURCE = "compensation"
State = Compensation.State


@dataclass(frozen=True)
class Wanted:
    """What shall be given: so many points, a coupon of an offer, or an amount out of a payment."""

    means: Means
    points: int = 0
    offer: CouponOffer | None = None
    payment: Payment | None = None
    amount_minor: int = 0


def points(number: int) -> Wanted:
    return Wanted(Means.POINTS, points=number)


def coupon(offer: CouponOffer) -> Wanted:
    return Wanted(Means.COUPON, offer=offer)


def money(payment: Payment, amount_minor: int) -> Wanted:
    return Wanted(Means.MONEY, payment=payment, amount_minor=amount_minor)


def worth_of(wanted: Wanted, *, member: Member | None) -> int:
    """SVC-04 · D6.2 — what it counts for, in minor units. Refuses a coupon that is not to be had now, and another's payment."""
    if wanted.means is Means.POINTS:
        return rule.worth_of_points(wanted.points, parameters=parameters.in_force(PointsParameters))
    if wanted.offer is not None:
        if wanted.offer.last_on is not None and wanted.offer.last_on < clock.today():
            raise Refusal("coupon_offer_over")
        if wanted.offer.effect == CouponOffer.Effect.AMOUNT and wanted.offer.currency != settings.CURRENCY:
            raise Refusal("compensation_in_another_currency")
        return kept.worth_of(wanted.offer)
    if wanted.payment is None:
        raise Refusal("nothing_to_give", status=422)
    payment = Payment.objects.select_related("order").get(pk=wanted.payment.pk)
    if member is None or payment.order.member_id != member.pk:
        raise Refusal("payment_of_another", status=404)
    if payment.currency != settings.CURRENCY:
        raise Refusal("compensation_in_another_currency")
    return rule.worth_of_money(
        wanted.amount_minor,
        left_minor=payment.received_minor - payment.refunded_minor if payment.state == Payment.State.SUCCEEDED else 0,
        order_left_minor=payment.order.paid_minor - payment.order.refunded_minor,
    )


def hand_out(row: Compensation, case: Case) -> None:
    """SVC-04 · D6.2 — give what was decided; the case is held. Money above the limit of refunds waits for finance."""
    match Means(row.means):
        case Means.POINTS:
            cause = Cause(SOURCE, str(row.pk), reason=row.reason, actor=row.asked_by, why={"case": case.number})
            row.transaction = adjustments.grant(row.member, row.points or 0, cause=cause)
        case Means.COUPON if row.offer is not None:
            row.coupon = coupons.issue(row.offer, member=row.member)
        case _:
            _pay_back(row)
    if row.state == State.AT_FINANCE:
        row.save(update_fields=["state", "refund_approval"])
    else:
        _given(row, case)


def finance_decided(row: Compensation, case: Case) -> None:
    """SVC-04, CARD-20 · D6.2, E5.6 — finance has decided on the refund: it was written, or it frees the authority."""
    asked = row.refund_approval
    if asked is None or asked.state == Approval.State.PENDING:
        return
    row.refund = Refund.objects.filter(approval=asked).first()
    if row.refund is not None:
        _given(row, case)
        return
    row.state = State.REJECTED if asked.state == Approval.State.REJECTED else State.WITHDRAWN
    row.save(update_fields=["state"])


def _pay_back(row: Compensation) -> None:
    if row.payment is None:
        raise RuntimeError("money without a payment to come from")
    worth_of(
        money(row.payment, row.amount_minor), member=row.member
    )  # what is left may have gone since it was asked for
    answer = refunds.give(row.payment, amount_minor=row.amount_minor, reason=row.reason, by=row.asked_by)
    if isinstance(answer, Refund):
        row.refund = answer
    else:
        row.refund_approval, row.state = answer, State.AT_FINANCE


def _given(row: Compensation, case: Case) -> None:
    row.state, row.given_at = State.GIVEN, clock.now()
    row.save(update_fields=["state", "given_at", "transaction", "coupon", "refund"])
    complaint_letters.compensated(case, row)
