"""Cards of the demo whose year ends, made by the real operations on a clock of their own: so that reminders, renewal
prices and grace can be looked at on the first day."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F

from cards.models import Card, Channel, Entitlement, Order, OrderLine, Payment, Product, ProductVersion, SandboxCharge
from cards.operations import activation, orders, uses
from cards.payments import collecting
from cards.payments.sandbox import provider
from cards.queries import entitlements, purchases, terms
from core import clock, periods, sweeps
from core.fields import digest_in
from core.models import Channel as MessageChannel
from core.models import Message, Store, User
from core.refusals import Refusal
from members.models import Acceptance, IdentityDocument, Member
from members.operations import identity

UNREAD_FOR = dt.timedelta(days=14)


@dataclass(frozen=True)
class Ending:
    """Whose card, in how many days its year ends (negative: ended already), and on how many days it was used."""

    phone: str
    ends_in: int
    used_on: int
    product: str = "city"


ENDING = (
    Ending("+8613800138001", 290, 7, product="harbour"),
    Ending("+85291234567", 25, 26),
    Ending("+8613800138005", -1, 21),
    Ending("+886912345678", -150, 12),
)


def load() -> None:
    """Four cards, and tonight's reminders; loading again changes nothing."""
    made = [_make(ending, Product.objects.get(code=ending.product)) for ending in ENDING]
    if any(made):
        for name in ("cards.remind_renewal", "cards.notify_auto_renewals"):
            sweeps.run(name)
        _read_what_is_old()


def _make(ending: Ending, product: Product) -> bool:
    member = Member.objects.by_phone(ending.phone).get()
    key = f"demo-year-{ending.ends_in}"
    if Order.objects.filter(placement_key=orders.placement_key(member, key)).exists():
        return False
    began_on = periods.add_years(clock.today() + dt.timedelta(days=ending.ends_in), -1)
    began_at = dt.datetime.combine(began_on, dt.time(11), tzinfo=clock.zone())
    with clock.stopped(began_at):
        activate(buy(member, product, key), member)
    card = Card.objects.get(holder=member, product=product)
    for day in range(ending.used_on):
        with clock.stopped(began_at + dt.timedelta(days=7 + day * 9)):
            _use(card, number=day)
    return True


def _read_what_is_old() -> None:
    """People read their inbox; what came in the last days still waits."""
    rows = Message.objects.filter(
        channel=MessageChannel.INBOX, read_at__isnull=True, sent_at__lt=clock.now() - UNREAD_FOR
    )
    rows.update(read_at=F("sent_at") + dt.timedelta(hours=3))


def buy(member: Member, product: Product, key: str) -> Card:
    """Bought online; she kept her means of payment, so that automatic renewal can be tried."""
    document = purchases.document_of(member)
    document = document or identity.give_document(member, kind="passport", number=f"E8{member.pk:07}")
    version = ProductVersion.objects.select_related("agreement").get(product=product, pk=product.version_id or 0)
    agreed = orders.Agreed(purchases.agreement_of(version, on=clock.today()), member.language)
    order = orders.place(member, product=product, key=key, agreed=agreed, document=document)
    collecting.start(order, gateway="sandbox", return_url=f"/orders/{order.token}/", keep_instrument=True)
    payment: Payment = order.payments.latest("pk")
    charge = SandboxCharge.objects.get(merchant_reference=payment.reference)
    provider.decide(charge, SandboxCharge.State.PAID, callback=provider.Callback.NEVER)
    collecting.ask(payment)
    return OrderLine.objects.get(order=order).issued_card


def activate(card: Card, member: Member) -> None:
    document = IdentityDocument.objects.filter(member=member).latest("pk")
    acceptance = Acceptance.objects.filter(member=member).latest("pk")
    activation.activate(
        card, holder=member, document=document, channel=Channel.WEB, proof="activation code", acceptance=acceptance
    )


def _use(card: Card, *, number: int) -> None:
    """One visit: mostly the card's first benefit, else the next one that its limits leave open that day."""
    today, store = clock.today(), Store.objects.get(code="SH1")
    term = terms.covering(card, day=today)
    if term is None:
        return
    clerk = User.objects.get(email_index=digest_in(User, "email_index", "clerk@tessera.example"))
    benefits = list(Entitlement.objects.filter(version=term.version_id).order_by("position"))
    first = min(number % 5, len(benefits) - 1) if number % 3 == 0 else 0
    for benefit in benefits[first:]:
        if not entitlements.periods_of(benefit, day=today, term=term):
            continue
        try:
            uses.record(card, entitlement=benefit, store=store, clerk=clerk, key=f"demo-{card.pk}-{number}")
        except Refusal:
            continue
        return
