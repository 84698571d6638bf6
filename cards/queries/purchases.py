"""What a purchase depends on: the agreement, who the buyer is and what she already has."""

import datetime as dt

from django.db.models import Q, Sum

from cards.models import BenefitUse, Card, Channel, Order, OrderLine, Product, ProductVersion
from cards.policy import eligibility
from cards.queries import products
from core import clock, periods
from core.models import Store
from members.models import IdentityDocument, LegalText, Member
from members.queries import birth, legal

WINDOW_DAYS = 365


def on_sale(code: str, *, channel: str = Channel.WEB, store: Store | None = None) -> Product | None:
    """The product of that code if it can be bought now and here, with the version that is sold."""
    return products.for_sale(channel=channel, store=store).filter(code=code).first()


def agreement_of(version: ProductVersion, *, on: dt.date) -> LegalText:
    """CARD-08 · A3.3 — the agreement a buyer accepts: the version's own, else the card agreement in force."""
    return version.agreement or legal.in_force(LegalText.Kind.CARD_AGREEMENT, on=on)


def cards_counted(member: Member, product: Product) -> int:
    """CARD-01 · A2.1 — cards of the product that count towards the person's limit: hers, bought for herself and not
    yet activated, and orders for herself that may still be paid. Gifts count for whoever activates them.
    """
    today = clock.today()
    running = Q(holder=member, state__in=[Card.State.ACTIVE, Card.State.SUSPENDED], last_valid_on__gte=today)
    waiting = Q(purchaser=member, state=Card.State.ISSUED, order_line__order__is_gift=False)
    cards = Card.objects.filter(running | waiting, product=product).count()
    lines = OrderLine.objects.filter(
        order__member=member,
        order__kind=Order.Kind.PURCHASE,
        order__is_gift=False,
        version__product=product,
        issued_card__isnull=True,
    )
    payable = Q(order__state=Order.State.PLACED, order__pay_before_at__gt=clock.now())
    paid = Q(order__state__in=[Order.State.PART_PAID, Order.State.PAID])
    return cards + lines.filter(payable | paid).count()


def facts_of(member: Member, *, tier: str = "", invited: bool = False) -> eligibility.Facts:
    """What the conditions of a product are held against: age, spend and visits of the last year, tier, invitation."""
    since = clock.now() - dt.timedelta(days=WINDOW_DAYS)
    spent = Order.objects.filter(member=member, paid_at__gte=since).aggregate(
        paid=Sum("paid_minor", default=0), back=Sum("refunded_minor", default=0)
    )
    uses = BenefitUse.objects.filter(card__holder=member, at__gte=since, reversed_at__isnull=True)
    return eligibility.Facts(
        age=_age(member, clock.today()),
        spend_minor=spent["paid"] - spent["back"],
        visits=uses.values("used_on", "store").distinct().count(),
        tier=tier,
        invited=invited,
    )


def conditions_of(version: ProductVersion) -> eligibility.Conditions:
    return eligibility.Conditions(
        min_age=version.min_age,
        min_spend_minor=version.min_spend_minor,
        min_visits=version.min_visits,
        min_tier=version.min_tier,
        invitation_only=version.by_invitation,
    )


def document_of(member: Member) -> IdentityDocument | None:
    """The identity document the member gave last and has not withdrawn."""
    return IdentityDocument.objects.filter(member=member, withdrawn_at__isnull=True).order_by("-id").first()


def _age(member: Member, on: dt.date) -> int | None:
    """By the identity document where it states the birth date, which weighs more than what was typed."""
    born = birth.born_on(member)
    return None if born is None else periods.age_on(on, birth=born)
