"""A small shop for the tests of buying: products on sale, numbers in stock, buyers with their papers."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings

from cards.models import CardNumber, NumberSeries, Order, Payment, Price, Product, ProductVersion, SandboxCharge
from cards.operations import orders
from cards.payments import callbacks, collecting, signatures
from cards.payments.sandbox import provider
from cards.policy import numbers
from cards.queries import contents
from core import clock, crypto, verify
from core.models import Approval, Message, Store
from members.models import LegalText, Member
from members.queries import legal
from tests import factories

RETURN_URL = "/orders/back/"
OF_BUYING = range(13, 22)


def assert_whole() -> None:
    """Every invariant of orders and money holds."""
    ours = [one for one in verify.invariants() if one.code in map(str, OF_BUYING)]
    assert len(ours) == len(OF_BUYING)
    broken = [f"{one.code}: {found.examples}" for one in ours if (found := verify.look(one)).broken]
    assert not broken


def told(event: str) -> int:
    """How many people were told of an event in their inbox."""
    return Message.objects.filter(event=event, channel="inbox").count()


def agreed(language: str = "en") -> orders.Agreed:
    return orders.Agreed(legal.in_force(LegalText.Kind.CARD_AGREEMENT), language)


def stock(series: NumberSeries, count: int, *, store: Store | None = None) -> list[CardNumber]:
    """More numbers, each with its activation code."""
    first = series.next_sequence
    series.next_sequence += count
    series.save(update_fields=["next_sequence"])
    made = []
    for sequence in range(first, first + count):
        code = numbers.activation_code(crypto.blind_index(str(sequence), purpose="test").encode()[:8])
        digest = crypto.keyed_digest(code, key=settings.INDEX_KEY, purpose="activation-code")
        made.append(
            CardNumber(
                series=series,
                number=numbers.card_number(series.prefix, sequence, digits=series.digits),
                store=store,
                activation_digest=digest,
                activation_code=code,
            )
        )
    return CardNumber.objects.bulk_create(made)


def make_product(
    code: str = "city", *, price_minor: int = 129_900, numbers_in_stock: int = 3, **fields: Any
) -> Product:
    planner = factories.StaffFactory.create(roles={"operations_planner": None})
    director = factories.StaffFactory.create(roles={"operations_director": None})
    series = NumberSeries.objects.create(code=code, prefix=f"{8800 + NumberSeries.objects.count()}")
    product = Product.objects.create(code=code, series=series)
    approval = Approval.objects.create(
        kind="product", subject=f"cards.product:{product.pk}", title=code, author=planner, state="approved",
        decided_by=director, decided_at=clock.now(),
    )  # fmt: skip
    version = ProductVersion(
        product=product, number=1, state="draft", name="City Annual Card", name_zh_hans="城市年卡",
        name_zh_hant="城市年卡", price_minor=price_minor, author=planner, terms_digest="0" * 64, **fields,
    )  # fmt: skip
    version.save()
    version.state, version.approval, version.approved_at = "approved", approval, clock.now()
    version.terms_digest = contents.digest(version)
    version.save()
    product.version, product.state = version, Product.State.ON_SALE
    product.save()
    Price.objects.create(product=product, amount_minor=price_minor, starts_on=dt.date(2026, 1, 1), approval=approval)
    stock(series, numbers_in_stock)
    return product


@pytest.fixture
def product(db: None) -> Product:
    """A registered card at ¥1,299 with three numbers in the central stock."""
    return make_product()


@pytest.fixture
def buyer(wanqing: Member) -> Member:
    """Wanqing with her identity card on record."""
    factories.IdentityDocumentFactory(member=wanqing)
    return wanqing


def place(member: Member, product: Product, *, key: str = "once", **other: Any) -> Order:
    return orders.place(member, product=product, key=key, agreed=agreed(), **other)


def start(order: Order, **other: Any) -> Payment:
    """Begin to pay at the sandbox; the payment that was opened."""
    collecting.start(order, gateway="sandbox", return_url=RETURN_URL, **other)
    return order.payments.latest("pk")


def charge_of(payment: Payment) -> Any:
    return SandboxCharge.objects.get(merchant_reference=payment.reference)


def pay(order: Order, *, outcome: str = "paid", callback: str = "now", deliver: bool = True) -> Payment:
    """Pay at the sandbox and, unless told otherwise, let its callbacks arrive."""
    payment = start(order)
    provider.decide(charge_of(payment), outcome, callback=callback)
    if deliver:
        arrive(payment)
    payment.refresh_from_db()
    order.refresh_from_db()
    return payment


def arrive(payment: Payment, **other: Any) -> list[str]:
    """Let the callbacks of a payment arrive, signed as the provider signs them; the outcomes."""
    return [callbacks.take("sandbox", signed(row, **other)) for row in charge_of(payment).callbacks.order_by("pk")]


def signed(callback: Any, *, secret: str = "", at: float | None = None) -> Any:
    from django.test import RequestFactory

    body = callback.body.encode()
    stamp = int(clock.now().timestamp() if at is None else at)
    headers = signatures.headers(
        body, secret=secret or settings.SANDBOX_SECRET, message_id=callback.event_id, timestamp=stamp
    )
    return RequestFactory().post(
        "/", data=body, content_type="application/json", headers={k.title(): v for k, v in headers.items()}
    )
