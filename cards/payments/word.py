"""What a payment provider says, once it is certain that the provider said it."""

from dataclasses import dataclass
from enum import StrEnum


class Said(StrEnum):
    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund-failed"


@dataclass(frozen=True)
class Word:
    """A verified statement about one payment (or refund): `reference` is ours, `gateway_reference` the provider's.

    Amounts in minor units. `instrument` names a means of payment that the payer allowed to be kept.
    """

    said: Said
    reference: str
    gateway_reference: str = ""
    amount_minor: int = 0
    currency: str = ""
    reason: str = ""
    instrument: str = ""
    event_id: str = ""
