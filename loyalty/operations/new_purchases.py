"""What the operations on purchases share about one that has not been written yet."""

import datetime as dt
from dataclasses import dataclass

from core.models import Store, User


@dataclass(slots=True)
class NewPurchase:
    """A purchase before it is written: its row, without the weight of a model."""

    member_id: int | None
    source: str
    external_id: str
    body_hash: str
    receipt_number: str
    store: Store | None
    clerk: User | None
    currency: str
    net_minor: int
    occurred_at: dt.datetime
    occurred_on: dt.date
    pk: int = 0
    tier: str = ""
    earned_id: int | None = None
