"""What an activation at the counter depends on: for whom the card was bought, and what shows the purchase."""

import unicodedata
from dataclasses import dataclass

from cards.models import Card
from core.models import Store
from members.models import Member
from members.policy import names, phones

SHORTEST_PROOF = 4


@dataclass(frozen=True)
class Expected:
    """The person whom a card waits for: its buyer, or of a gift the person it was bought for."""

    name: str
    phone: str
    member: Member | None
    is_gift: bool

    @property
    def has_verified_phone(self) -> bool:
        return self.member is not None and self.member.phone_verified_at is not None

    @property
    def masked_name(self) -> str:
        return names.masked(self.name) if self.name else ""

    @property
    def masked_phone(self) -> str:
        return phones.masked(self.phone) if self.phone else ""


def expected_holder(card: Card) -> Expected:
    """CARD-11 · A4.1 — who will hold the card. At most one query."""
    order = card.order_line.order
    if not order.is_gift:
        buyer = card.purchaser
        return Expected(buyer.name, buyer.phone or "", buyer, is_gift=False)
    known = Member.objects.by_phone(order.gift_phone).select_related("user").first()
    return Expected(order.gift_name, order.gift_phone, known, is_gift=True)


def sold_here(card: Card, *, store: Store) -> bool:
    """Whether this store sold the card itself, so that its own books are the proof."""
    order = card.order_line.order
    return order.store_id == store.pk and not order.is_gift


def shows_purchase(card: Card, text: str) -> bool:
    """CARD-12 · A4.1.2 — whether what was scanned or typed is the order's or a receipt's number, or its last four."""
    given = "".join(unicodedata.normalize("NFKC", text[:80]).split()).upper()
    if len(given) < SHORTEST_PROOF:
        return False
    order = card.order_line.order
    if order.number.upper().endswith(given):
        return True
    receipts = order.payments.values_list("reference", flat=True)
    return any(reference.upper().endswith(given) for reference in receipts)
