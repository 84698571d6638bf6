"""What a buyer is told, state by state (CARD-10 · A3.3.4)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.messaging.events import Event
from core.models import Channel

WRITTEN = (Channel.INBOX, Channel.EMAIL)
ORDER: Mapping[str, str] = {"order": "2611227K3MQ9XA", "product": "Annual Card", "total": "¥1,299.00"}
CARD: Mapping[str, str] = {
    "number": "8800 0000 0000 0017",
    "activation_code": "7K3M-Q9XA-2PRT",
    "activate_before_on": "2027-05-21",
}
PART: Mapping[str, str] = {
    "part": "2/6",
    "amount": "¥216.50",
    "due_on": "2026-12-22",
    "suspended_from": "2027-01-06",
}
AMOUNT: Mapping[str, str] = {"amount": "¥1,299.00"}
PAY_BEFORE: Mapping[str, str] = {"pay_before_at": "2026-11-22T18:30:00+08:00"}
RECIPIENT: Mapping[str, str] = {"recipient": "Zhou Lan"}

events.register(
    Event("order.placed", label=_("Order placed"), channels=WRITTEN, sample={**ORDER, **PAY_BEFORE}),
    Event("order.paid", label=_("Payment received"), channels=WRITTEN, sample={**ORDER, **AMOUNT}),
    Event("order.fulfilled", label=_("Card delivered"), sample={**ORDER, **CARD}),
    Event("order.waiting", label=_("Order waits for stock"), channels=WRITTEN, sample={**ORDER}),
    Event("order.cancelled", label=_("Order cancelled"), channels=WRITTEN, sample={**ORDER}),
    Event("order.expired", label=_("Order not paid in time"), channels=WRITTEN, sample={**ORDER}),
    Event("order.refunded", label=_("Money sent back"), channels=WRITTEN, sample={**ORDER, **AMOUNT}),
    Event("payment.failed", label=_("Payment failed"), channels=WRITTEN, sample={**ORDER, **AMOUNT}),
    Event("payment.set-aside", label=_("Payment is looked into"), channels=WRITTEN, sample={**ORDER, **AMOUNT}),
    Event("gift.sent", label=_("Gift sent (to the buyer)"), channels=WRITTEN, sample={**ORDER, **CARD, **RECIPIENT}),
    Event(
        "gift.received",
        label=_("Gift received"),
        channels=(Channel.INBOX, Channel.SMS),
        sample={"product": "Annual Card", "message": "Happy birthday!", **CARD, **RECIPIENT},
    ),
    Event("instalment.late", label=_("Instalment late"), sample={**ORDER, **PART}),
    Event("instalment.suspended", label=_("Card suspended for an instalment"), sample={**ORDER, **PART}),
    Event("instalment.restored", label=_("Card restored after payment"), channels=WRITTEN, sample={**ORDER}),
)
