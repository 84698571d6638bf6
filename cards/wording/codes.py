"""Codes that cards and payments store, in words."""

import re

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import Tier
from cards.payments.word import Said
from core import show, words

NOT_OWED = {
    "already-paid": _("the order was paid already"),
    "amount-mismatch": _("the amount differs from what was asked"),
    "limit-reached-meanwhile": _("the limit of cards was reached meanwhile"),
    "no-stock": _("waits for stock"),
    "order-cancelled": _("the order was cancelled"),
    "card-closed": _("the card was closed"),
    "renewed-meanwhile": _("the card was renewed by another order"),
    "points-gone": _("the points it was placed with are gone"),
}

words.enter(
    words.ACTION,
    {
        "cards.auto_renewal.agree": _("Automatic renewal agreed"),
        "cards.auto_renewal.announce": _("Automatic renewal announced"),
        "cards.auto_renewal.end": _("Automatic renewal ended"),
        "cards.benefit.use_reversed": _("Use of a benefit taken back"),
        "cards.benefit.used": _("Benefit used"),
        "cards.card.activate": _("Card activated"),
        "cards.card.close": _("Card closed"),
        "cards.card.issue": _("Card issued"),
        "cards.card.print": _("Card printed"),
        "cards.card.renew": _("Card renewed"),
        "cards.card.restore": _("Card restored after arrears"),
        "cards.card.resume": _("Card let go on"),
        "cards.card.suspend": _("Card suspended"),
        "cards.follow_up.finish": _("Follow-up of an activation finished"),
        "cards.numbers.export": _("Numbers exported for printing"),
        "cards.numbers.open_series": _("Number series opened"),
        "cards.numbers.produce": _("Numbers produced"),
        "cards.numbers.send": _("Numbers sent to a store"),
        "cards.numbers.void": _("Number voided"),
        "cards.order.invoice": _("Invoice booked"),
        "cards.order.move": _("Order moved on"),
        "cards.order.place": _("Order placed"),
        "cards.order.reconcile": _("Order reconciled"),
        "cards.order.reveal_code": _("Activation code looked at by the buyer"),
        "cards.payment.decide": _("Payment that was set aside decided"),
        "cards.payment.set_aside": _("Payment set aside"),
        "cards.payment.settle": _("Payment received"),
        "cards.payment.start": _("Payment started"),
        "cards.price.approve": _("Price approved"),
        "cards.price.propose": _("Price proposed"),
        "cards.product.approve": _("Product approved"),
        "cards.product.begin": _("Product begun"),
        "cards.product.change_refused": _("Change of a product refused"),
        "cards.product.draft": _("Draft of a product begun"),
        "cards.product.edit_draft": _("Draft of a product edited"),
        "cards.product.end_pilot": _("Pilot ended"),
        "cards.product.on_sale": _("Product put on sale"),
        "cards.product.pilot": _("Pilot begun"),
        "cards.product.reject": _("Product rejected"),
        "cards.product.resume": _("Sale of a product resumed"),
        "cards.product.retire": _("Product retired"),
        "cards.product.review": _("Launch reviewed"),
        "cards.product.rework": _("Draft of a product reworked"),
        "cards.product.submit": _("Product submitted"),
        "cards.product.suspend": _("Sale of a product suspended"),
        "cards.product.withdraw": _("Product withdrawn from review"),
        "cards.refund.request": _("Refund requested"),
        "cards.refund.settle": _("Refund paid"),
        "cards.refund.try_again": _("Refund tried again"),
        "counter.confirm": _("Points confirmed by the member at the counter"),
        "counter.look_up": _("Looked up at the counter"),
        "counter.refuse": _("Refused at the counter"),
    },
)
words.enter(
    words.GATEWAY,
    {
        "cash": pgettext_lazy("way of paying", "cash"),
        "pos": pgettext_lazy("way of paying", "card terminal"),
        "sandbox": _("Sandbox (no real money)"),
    },
)
words.enter(
    words.FAILURE,
    NOT_OWED
    | {
        "cancelled": _("the payer gave up"),
        "declined": _("the payer’s bank declined"),
        "never-reached-provider": _("it never reached the provider"),
        "refused by the provider": _("the provider refused"),
    },
)
words.enter(words.EXCEPTION, NOT_OWED)
words.enter(
    words.NOTE,
    NOT_OWED
    | {
        "refunded": _("refunded"),
        "arrears": _("a part was not paid"),
        "automatic renewal was switched off": _("automatic renewal was switched off"),
        "given up at the counter": _("given up at the counter"),
        "replaced by another renewal": _("replaced by another renewal"),
        "replaced by the automatic renewal": _("replaced by the automatic renewal"),
    },
)
words.enter(
    words.PROOF,
    {
        "activation code": _("activation code"),
        "code to the phone given at purchase": _("code to the phone given at purchase"),
        "receipt of": _("receipt"),
        "sold here:": _("sold here"),
    },
)
words.enter(
    words.OUTCOME,
    {
        "cancelled": _("the payer gave up"),
        "failed": _("failed"),
        "gateway-reference-used": _("reference of another payment"),
        "no-effect": _("nothing to do"),
        "repeated": _("repeated"),
        "second-gateway-reference": _("second reference for one payment"),
        "settled": _("paid"),
        "unknown-payment": _("payment not known"),
    }
    | {f"quarantined:{code}": word for code, word in NOT_OWED.items()},
)
words.enter(
    words.SAID,
    {
        Said.SUCCEEDED: _("paid"),
        Said.FAILED: _("failed"),
        Said.CANCELLED: _("cancelled"),
        Said.REFUNDED: _("refunded"),
        Said.REFUND_FAILED: _("refund failed"),
    },
)
words.enter(
    words.RISK,
    {
        "activation.failed": _("Failed try to activate a card"),
        "activation.locked": _("Activation locked after too many tries"),
        "payment.gateway-reference-used": _("Reference of another payment"),
        "payment.second-gateway-reference": _("Second reference for one payment"),
        "payment.set-aside": _("Payment set aside"),
        "payment.unknown": _("Provider speaks of an unknown payment"),
        "price.tampering": _("Somebody tried to set a price"),
        "product-change-refused": _("Somebody tried to change a product without the right"),
    },
)
words.enter(words.TIER, {tier.value: tier.label for tier in Tier})


def failure(stored: str) -> str:
    """Why a payment failed; the amount that came in instead is written as money."""
    amount = re.fullmatch(r"(\S+) ([A-Z]{3}) (\d{1,18})", stored)
    if amount is None:
        return words.of(words.FAILURE, stored)
    return f"{words.of(words.FAILURE, amount[1])} · {show.money(int(amount[3]), amount[2])}"
