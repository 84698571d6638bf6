"""CARD-04 · A2.2, CARD-10 · A3.3.4 — the states of things and the only ways from one to the next, as tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.rules import RuleBroken

S = TypeVar("S", bound=StrEnum)

Table = Mapping[S, frozenset[S]]


class TransitionRefused(RuleBroken):
    """`transition_not_listed`, with the names of the table and of both states."""


def check(table: Table[S], before: S, after: S) -> None:
    """Refuse every move that its table does not list; a move to the same state is such a move."""
    if after not in table.get(before, frozenset()):
        name = type(before).__name__
        raise TransitionRefused("transition_not_listed", of=name, before=before.value, after=after.value)


def table(ways: Mapping[S, tuple[S, ...]]) -> Table[S]:
    return {before: frozenset(after) for before, after in ways.items()}


class VersionState(StrEnum):
    """CARD-04 · A2.2 — one version of a product's face, terms, price and benefits."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_PILOT = "in_pilot"
    APPROVED = "approved"
    ON_SALE = "on_sale"
    SUSPENDED = "suspended"
    RETIRED = "retired"


V = VersionState
VERSION = table({
    V.DRAFT: (V.IN_REVIEW, V.RETIRED),
    V.IN_REVIEW: (V.DRAFT, V.IN_PILOT, V.APPROVED),
    V.IN_PILOT: (V.DRAFT, V.APPROVED),
    V.APPROVED: (V.DRAFT, V.ON_SALE, V.RETIRED),
    V.ON_SALE: (V.SUSPENDED, V.RETIRED),
    V.SUSPENDED: (V.ON_SALE, V.RETIRED),
    V.RETIRED: (),
})  # fmt: skip


class ProductState(StrEnum):
    """CARD-04 · A2.2 — the product as the public sees it, whatever version is being prepared."""

    IN_DESIGN = "in_design"
    ON_SALE = "on_sale"
    SUSPENDED = "suspended"
    RETIRED = "retired"


P = ProductState
PRODUCT = table({
    P.IN_DESIGN: (P.ON_SALE, P.RETIRED),
    P.ON_SALE: (P.SUSPENDED, P.RETIRED),
    P.SUSPENDED: (P.ON_SALE, P.RETIRED),
    P.RETIRED: (),
})  # fmt: skip


class OrderState(StrEnum):
    """CARD-10 · A3.3.4 — an order; `exception` waits in the finance or service queue for a person's decision."""

    PLACED = "placed"
    PART_PAID = "part_paid"
    PAID = "paid"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    EXCEPTION = "exception"
    REFUNDED = "refunded"


O = OrderState  # noqa: E741
ORDER = table({
    O.PLACED: (O.PART_PAID, O.PAID, O.CANCELLED, O.EXPIRED, O.EXCEPTION),
    O.PART_PAID: (O.PAID, O.EXCEPTION, O.REFUNDED),
    O.PAID: (O.DELIVERED, O.COMPLETED, O.EXCEPTION, O.REFUNDED),
    O.DELIVERED: (O.COMPLETED, O.EXCEPTION, O.REFUNDED),
    O.COMPLETED: (O.REFUNDED,),
    O.CANCELLED: (O.EXCEPTION,),  # money that arrives after all
    O.EXPIRED: (O.PAID, O.EXCEPTION),  # a payment confirmed late: honoured if a card is left, else a person decides
    O.EXCEPTION: (O.PLACED, O.PART_PAID, O.PAID, O.CANCELLED, O.REFUNDED),
    O.REFUNDED: (),
})  # fmt: skip


class PaymentState(StrEnum):
    """CARD-09 · A3.1 — one attempt to pay; the provider's word may come late, twice or never."""

    CREATED = "created"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CLOSED = "closed"
    QUARANTINED = "quarantined"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"


Y = PaymentState
PAYMENT = table({
    Y.CREATED: (Y.PENDING, Y.SUCCEEDED, Y.FAILED, Y.CLOSED, Y.QUARANTINED),
    Y.PENDING: (Y.SUCCEEDED, Y.FAILED, Y.CLOSED, Y.QUARANTINED),
    Y.FAILED: (Y.SUCCEEDED, Y.QUARANTINED),
    Y.CLOSED: (Y.SUCCEEDED, Y.QUARANTINED),
    Y.QUARANTINED: (Y.SUCCEEDED, Y.CLOSED, Y.REFUNDED),
    Y.SUCCEEDED: (Y.PART_REFUNDED, Y.REFUNDED),
    Y.PART_REFUNDED: (Y.REFUNDED,),
    Y.REFUNDED: (),
})  # fmt: skip
