"""The interface that every payment provider fills, and the register of those that are switched on (CARD-09 · A3.1).

A gateway does no bookkeeping: it talks to its provider and answers in words (`cards.payments.word`). All its calls can be
repeated with the same reference without charging or refunding twice. None is made inside a database transaction.
"""

from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from cards.payments.models import Payment
from cards.payments.word import Word
from core.refusals import Refusal


class Unavailable(Exception):
    """The provider does not answer, or not in a way that can be understood. Nothing is known; ask again later."""


class SignatureInvalid(Exception):
    """A callback that its alleged sender did not sign, or signed too long ago."""


class Gateway(Protocol):
    code: str
    label: str | Promise
    keeps_instruments: bool
    pages: tuple[str, ...]
    """Where its page for paying stands, as origins (`https://pay.example.com`); empty when on this very site."""

    def start(self, payment: Payment, *, return_url: str, notify_url: str) -> str:
        """Open the payment at the provider and answer the address of its page. Raises Unavailable."""
        ...

    def parse_callback(self, request: HttpRequest) -> Word:
        """The word in a callback, `event_id` filled, once its signature is proved. Raises SignatureInvalid."""
        ...

    def query(self, payment: Payment) -> Word:
        """What the provider knows of the payment now; `Said.UNKNOWN` when it never heard of it. Raises Unavailable."""
        ...

    def refund(self, payment: Payment, *, amount_minor: int, reference: str) -> Word:
        """Send money back to where it came from. Raises Unavailable."""
        ...

    def charge_stored(self, payment: Payment, *, instrument: str, notify_url: str) -> Word:
        """Collect from a kept means of payment without the payer: the word at once, or `Said.OPEN`. Raises Unavailable."""
        ...


def online() -> list[Gateway]:
    """The providers that a buyer may choose from, in the order of the settings."""
    return [get(code) for code in settings.PAYMENT_GATEWAYS]


def get(code: str) -> Gateway:
    """Refuses a provider that is not switched on."""
    if code not in settings.PAYMENT_GATEWAYS:
        raise Refusal("gateway_unknown", status=404)
    gateway: Gateway = import_string(settings.PAYMENT_GATEWAYS[code])()
    return gateway


def pages() -> list[str]:
    """The origins that paying may lead to: what the page with the button has to admit as targets of its form."""
    return sorted({origin for gateway in online() for origin in gateway.pages})


def is_online(code: str) -> bool:
    return code in settings.PAYMENT_GATEWAYS
