"""CARD-14 · A4.3.1, CARD-09 · A5.2 — the states of a card in stock and in the hand, and of an instalment."""

from enum import StrEnum

from cards.policy import states


class CardState(StrEnum):
    """What was done to the card. Whether its term runs, is in grace or over is `validity.state_on`, never stored."""

    IN_STOCK = "in_stock"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    FROZEN = "frozen"
    REPLACED = "replaced"
    CLOSED = "closed"
    VOID = "void"


C = CardState
CARD = states.table({
    C.IN_STOCK: (C.ISSUED, C.VOID),
    C.ISSUED: (C.ACTIVE, C.FROZEN, C.REPLACED, C.CLOSED),
    C.ACTIVE: (C.SUSPENDED, C.FROZEN, C.REPLACED, C.CLOSED),
    C.SUSPENDED: (C.ACTIVE, C.FROZEN, C.REPLACED, C.CLOSED),
    C.FROZEN: (C.ISSUED, C.ACTIVE, C.SUSPENDED, C.REPLACED, C.CLOSED),
    C.REPLACED: (),
    C.CLOSED: (),
    C.VOID: (),
})  # fmt: skip


class InstalmentState(StrEnum):
    """One part of a plan: late from the day after it was due until it is paid."""

    SCHEDULED = "scheduled"
    LATE = "late"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


I = InstalmentState  # noqa: E741
INSTALMENT = states.table({
    I.SCHEDULED: (I.LATE, I.PAID, I.CANCELLED),
    I.LATE: (I.PAID, I.CANCELLED),
    I.PAID: (I.REFUNDED,),
    I.CANCELLED: (),
    I.REFUNDED: (),
})  # fmt: skip
