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
    """CARD-05 · A2.2.2 — a version of a product's face, terms, price and benefits; an approved one is never edited."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    APPROVED = "approved"
    REJECTED = "rejected"


V = VersionState
VERSION = table({
    V.DRAFT: (V.IN_REVIEW,),
    V.IN_REVIEW: (V.DRAFT, V.APPROVED, V.REJECTED),
    V.APPROVED: (),
    V.REJECTED: (V.DRAFT,),
})  # fmt: skip


class ProductState(StrEnum):
    """CARD-04 · A2.2 — the product as the public sees it, whatever version is being prepared."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PILOT = "pilot"
    APPROVED = "approved"
    ON_SALE = "on-sale"
    SUSPENDED = "suspended"
    RETIRED = "retired"


P = ProductState
PRODUCT = table({
    P.DRAFT: (P.IN_REVIEW, P.RETIRED),
    P.IN_REVIEW: (P.DRAFT, P.APPROVED),
    P.APPROVED: (P.PILOT, P.ON_SALE, P.RETIRED),
    P.PILOT: (P.ON_SALE, P.APPROVED, P.RETIRED),
    P.ON_SALE: (P.SUSPENDED, P.RETIRED),
    P.SUSPENDED: (P.ON_SALE, P.RETIRED),
    P.RETIRED: (),
})  # fmt: skip


class OrderState(StrEnum):
    """CARD-10 · A3.3.4 — an order. What a person must look at is marked beside its state, not by a state of its own."""

    PLACED = "placed"
    PART_PAID = "part-paid"
    PAID = "paid"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


O = OrderState  # noqa: E741
ORDER = table({
    O.PLACED: (O.PART_PAID, O.PAID, O.CANCELLED, O.EXPIRED),
    O.PART_PAID: (O.PAID, O.FULFILLED, O.REFUNDED),
    O.PAID: (O.FULFILLED, O.REFUNDED),
    O.FULFILLED: (O.REFUNDED,),
    O.CANCELLED: (),
    O.EXPIRED: (O.PAID, O.PART_PAID),  # a payment that was started in time and confirmed late is honoured
    O.REFUNDED: (),
})  # fmt: skip


class PaymentState(StrEnum):
    """CARD-09 · A3.1 — one attempt to pay; the provider's word may come late, twice or never."""

    CREATED = "created"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    QUARANTINED = "quarantined"


Y = PaymentState
PAYMENT = table({
    Y.CREATED: (Y.SUCCEEDED, Y.FAILED, Y.CANCELLED, Y.QUARANTINED),
    Y.FAILED: (Y.SUCCEEDED, Y.QUARANTINED),
    Y.CANCELLED: (Y.SUCCEEDED, Y.QUARANTINED),
    Y.QUARANTINED: (Y.SUCCEEDED, Y.CANCELLED),
    Y.SUCCEEDED: (),
})  # fmt: skip


class CardState(StrEnum):
    """CARD-14 · A4.3.1 — what was done to a card. Whether its term runs is `validity.state_on`, never stored."""

    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


C = CardState
CARD = table({
    C.ISSUED: (C.ACTIVE, C.CLOSED),
    C.ACTIVE: (C.SUSPENDED, C.CLOSED),
    C.SUSPENDED: (C.ACTIVE, C.CLOSED),
    C.CLOSED: (),
})  # fmt: skip
