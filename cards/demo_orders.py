"""The orders of the demo, made by the real operations on a clock of their own: one for every state."""

import datetime as dt
from collections.abc import Callable

from cards.models import CardNumber, Order, Payment, Product, ProductVersion, Refund, SandboxCharge
from cards.operations import counter_sale, orders
from cards.payments import collecting, refunds
from cards.payments.sandbox import provider
from cards.queries import purchases
from cards.queries.orders import Invoice
from core import clock
from core.fields import digest_in
from core.models import Store, User
from members.models import Member
from members.operations import identity

RETURN = "/orders/"


def load() -> None:
    """Orders of the demo's members; loading again changes nothing."""
    for number, (phone, days_ago, order) in enumerate(STORY, start=1):
        member = Member.objects.by_phone(phone).first()
        product = Product.objects.filter(state=Product.State.ON_SALE).order_by("position", "code").first()
        if member is None or product is None:
            raise LookupError("the demo's people and products come first")
        key = f"demo-{number}"
        if Order.objects.filter(placement_key=orders.placement_key(member, key)).exists():
            continue
        with clock.stopped(clock.now() - dt.timedelta(days=days_ago, minutes=number)):
            order(member, product, key)


def _place(member: Member, product: Product, key: str, **other: object) -> Order:
    """An order of somebody whose document is known, on the agreement in force."""
    if purchases.document_of(member) is None and "gift" not in other:
        identity.give_document(member, kind="passport", number=f"E9{member.pk:07}")
    return orders.place(member, product=product, key=key, agreed=_agreed(member, product), **other)  # type: ignore[arg-type]


def _agreed(member: Member, product: Product) -> orders.Agreed:
    version = ProductVersion.objects.select_related("agreement").get(product=product, pk=product.version_id or 0)
    return orders.Agreed(purchases.agreement_of(version, on=clock.today()), member.language)


def _colleague(login: str) -> User:
    return User.objects.get(email_index=digest_in(User, "email_index", f"{login}@tessera.example"))


def _pay(order: Order, *, outcome: str = "paid") -> Payment:
    """Pay at the sandbox and ask it at once, as the sweep would a minute later."""
    collecting.start(order, gateway="sandbox", return_url=RETURN)
    payment = order.payments.latest("pk")
    charge = SandboxCharge.objects.get(merchant_reference=payment.reference)
    provider.decide(charge, outcome, callback=provider.Callback.NEVER)
    collecting.ask(payment)
    payment.refresh_from_db()
    return payment


def _delivered(member: Member, product: Product, key: str) -> None:
    invoice = Invoice("person", member.name, "", member.email or "").packed()
    _pay(_place(member, product, key, invoice=invoice))


def _in_parts(member: Member, product: Product, key: str) -> None:
    _pay(_place(member, product, key, parts=6))


def _gift(member: Member, product: Product, key: str) -> None:
    _pay(_place(member, product, key, gift=orders.Gift("周兰", "+8613800138022", "生日快乐！")))


def _declined(member: Member, product: Product, key: str) -> None:
    _pay(_place(member, product, key, gift=orders.Gift("Mia", "+8613800138023")), outcome="declined")


def _cancelled(member: Member, product: Product, key: str) -> None:
    orders.cancel(_place(member, product, key, gift=orders.Gift("Leo", "+8613800138024")), by=member.user)


def _expired(member: Member, product: Product, key: str) -> None:
    order = _place(member, product, key, gift=orders.Gift("Ana", "+8613800138025"))
    with clock.stopped(clock.now() + dt.timedelta(hours=3)):
        orders.expire(order)


def _returned(member: Member, product: Product, key: str) -> None:
    """Delivered, and given back within the days to change one's mind."""
    payment = _pay(_place(member, product, key, gift=orders.Gift("Noa", "+8613800138028")))
    refund = refunds.request(
        payment, amount_minor=payment.amount_minor, reason="Changed her mind", by=_colleague("finance")
    )
    if isinstance(refund, Refund):
        refunds.send(refund)


def _sent_back(member: Member, product: Product, key: str) -> None:
    """Paid after it was cancelled: the money went back by itself."""
    order = _place(member, product, key, gift=orders.Gift("Kai", "+8613800138026"))
    collecting.start(order, gateway="sandbox", return_url=RETURN)
    payment = order.payments.latest("pk")
    orders.cancel(order, by=member.user)
    provider.decide(SandboxCharge.objects.get(merchant_reference=payment.reference), "paid", callback="never")
    collecting.ask(payment)
    refunds.send(payment.refunds.get())


def _at_the_counter(member: Member, product: Product, key: str) -> None:
    clerk, store = _colleague("clerk"), Store.objects.get(code="SH1")
    document = purchases.document_of(member) or identity.give_document(
        member, kind="passport", number=f"E9{member.pk:07}", by=clerk
    )
    lies_here = CardNumber.objects.filter(series=product.series_id, store=store, state=CardNumber.State.IN_STOCK)
    counter_sale.sell(
        member,
        product=product,
        card_number=lies_here.order_by("pk")[0].number,
        agreed=_agreed(member, product),
        pay=counter_sale.Money(tendered_minor=10_000_000),
        clerk=clerk,
        store=store,
        key=key,
        document=document,
    )


def _placed(member: Member, product: Product, key: str) -> None:
    _place(member, product, key, gift=orders.Gift("Ida", "+8613800138027"))


STORY: tuple[tuple[str, int, Callable[[Member, Product, str], None]], ...] = (
    ("+8613800138001", 20, _delivered),
    ("+8613800138002", 50, _in_parts),
    ("+8613800138001", 12, _gift),
    ("+85291234567", 0, _declined),
    ("+85291234567", 9, _cancelled),
    ("+8613800138005", 6, _expired),
    ("+8613800138005", 5, _sent_back),
    ("+886912345678", 4, _returned),
    ("+8613800138009", 3, _at_the_counter),
    ("+886912345678", 0, _placed),
)
