"""What may pay part of an order beside money (LOY-06 · B7.2). Points belong to an app above: it enters its own here.

The discount is frozen into the order as it is placed; what pays it is reserved then, taken when the order is paid,
released when the order ends without money, and given back with the money.
"""

from dataclasses import dataclass
from typing import Protocol

from cards.models import Order
from core.refusals import Refusal
from members.models import Member


@dataclass(frozen=True)
class Offer:
    """What a member has, and the most that she may give for an amount, with what that takes off in minor units."""

    available: int = 0
    most: int = 0
    most_minor: int = 0


@dataclass(frozen=True)
class Part:
    """So many points, and what they take off in minor units."""

    points: int = 0
    minor: int = 0


NOTHING = Part()


class Means(Protocol):
    """What an app that keeps points does for orders."""

    def offer(self, member: Member, *, of_minor: int) -> Offer: ...

    def must_confirm(self, member: Member, points: int) -> bool: ...

    def hold(self, member: Member) -> None: ...

    def part(self, member: Member, points: int, *, of_minor: int) -> Part: ...

    def reserve(self, order: Order, part: Part) -> None: ...

    def given(self, order: Order) -> Part: ...

    def revive(self, order: Order) -> bool: ...

    def take(self, order: Order) -> None: ...

    def release(self, order: Order) -> None: ...

    def give_back(self, order: Order) -> None: ...


_means: list[Means] = []


def register(means: Means) -> None:
    """Called when the app that keeps points is ready; there is one."""
    if _means:
        raise ValueError("registered twice")
    _means.append(means)


def offer(member: Member | None, *, of_minor: int) -> Offer:
    """LOY-06 · B7.2 — what a member may give for this amount; nothing where nobody keeps points for her."""
    return _means[0].offer(member, of_minor=of_minor) if _means and member is not None else Offer()


def must_confirm(member: Member, points: int) -> bool:
    """LOY-06 · B7.2 — whether she has to say yes before so many points are spent at a counter today."""
    return bool(points and _means and _means[0].must_confirm(member, points))


def hold(member: Member, points: int) -> None:
    """What the points lie on, held before anything of the order is: every other writer of points holds it first."""
    if points and _means:
        _means[0].hold(member)


def part(member: Member, points: int, *, of_minor: int) -> Part:
    """LOY-06 · B7.2 — what these points take off. Refuses more than there are, and more than the policy lets them pay."""
    if not points:
        return NOTHING
    if not _means:
        raise Refusal("points_not_accepted")
    return _means[0].part(member, points, of_minor=of_minor)


def reserve(order: Order, given: Part) -> None:
    """Set the points of a new order aside."""
    if given.points:
        _means[0].reserve(order, given)


def given(order: Order) -> Part:
    """How many points an order was placed with, and what they took off."""
    return _means[0].given(order) if _may_have(order) else NOTHING


def revive(order: Order) -> str | None:
    """Money came for an expired order: its points are reserved anew. Why they cannot be; None when all is well."""
    if order.state != Order.State.EXPIRED or not _may_have(order):
        return None
    return None if _means[0].revive(order) else "points-gone"


def moved(order: Order, before: str) -> None:
    """The order has changed its state: what was reserved is taken by its first payment, released by its end."""
    if not _may_have(order):
        return
    if order.state in {Order.State.PAID, Order.State.PART_PAID} and before in {Order.State.PLACED, Order.State.EXPIRED}:
        _means[0].take(order)
    elif order.state in {Order.State.CANCELLED, Order.State.EXPIRED}:
        _means[0].release(order)


def give_back(order: Order) -> None:
    """Money of the order went back: of the points as large a share, and all of them with the last of the money."""
    if _may_have(order):
        _means[0].give_back(order)


def _may_have(order: Order) -> bool:
    """Points are a discount of the order they pay: without any there is nothing to ask for."""
    return bool(_means and order.discount_minor)
