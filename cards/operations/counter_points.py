"""Points that pay part of what is sold or renewed over the counter (LOY-06 · B7.2): first the bill, then the money."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from cards.models import Order
from cards.operations import confirming, looking, part_payment, serving
from cards.policy import instalments
from cards.policy.parameters import InstalmentParameters
from core import access, clock, parameters
from core.models import Store, User
from core.refusals import Refusal
from members.models import Member

RIGHTS = {Order.Kind.PURCHASE: "counter.sell", Order.Kind.RENEWAL: "counter.renew"}


@dataclass(frozen=True)
class Bill:
    """What is to be paid once the points have paid their part (minor units), of it now, and the most that they may pay.

    `asks` is what the member has to confirm before.
    """

    price_minor: int
    off: part_payment.Part
    offer: part_payment.Offer
    due_minor: int
    asks: confirming.Asked | None = None
    currency: str = settings.CURRENCY

    @property
    def pay_minor(self) -> int:
        return self.price_minor - self.off.minor


@transaction.atomic
def bill(
    member: Member | None, points: int, *, kind: str, price_minor: int, parts: int, clerk: User, store: Store
) -> Bill:
    """LOY-06 · B7.2 — what remains to be paid when these points pay a part, to be read out before money is taken.

    Nothing is reserved yet. That the clerk saw what she has goes on record. Refuses what an order would refuse of points,
    and a clerk who would serve himself or his household.
    """
    access.require(clerk, RIGHTS[Order.Kind(kind)], at=store.pk)
    if member is None:
        raise Refusal("points_at_most", most=0)
    serving.refuse_own(member, clerk=clerk)
    looking.payer(member, store=store, clerk=clerk)
    off = part_payment.part(member, points, of_minor=price_minor)
    left = price_minor - off.minor
    if parts > 1:
        today = clock.today()
        rules = parameters.in_force(InstalmentParameters, on=today)
        due = instalments.plan(left, parts=parts, first_due_on=today, parameters=rules)[0].amount_minor
    else:
        due = left
    asks = confirming.asked(member, points, clerk=clerk, store=store)
    return Bill(price_minor, off, part_payment.offer(member, of_minor=price_minor), due, asks)


def refuse_unconfirmed(member: Member, points: int, *, clerk: User, store: Store) -> None:
    """Points that she has not said yes to are not spent (`points_unconfirmed`); what they lie on is held from here on."""
    part_payment.hold(member, points)
    confirming.require(member, points, clerk=clerk, store=store)


def refuse_other_amount(order: Order, agreed_minor: int | None) -> None:
    """The order comes to something else than what was read out: nothing is taken (`bill_changed`)."""
    if agreed_minor is not None and order.total_minor != agreed_minor:
        raise Refusal("bill_changed")
