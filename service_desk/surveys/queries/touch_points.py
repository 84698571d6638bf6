"""Where members meet us, as the facts of other apps tell it (SVC-06 · A4.3.2, D5.1).

A source says which rows of a table are occasions, and what is known of each: of whom, when, where, by whom, with what.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Value

from cards.models import Activation, BenefitUse, Channel, Order, OrderLine, Refund
from loyalty.models import BenefitRedemption, Purchase, PurchaseReturn
from members.models import Member
from service_desk.models import Case
from service_desk.policy.codes import Kind
from service_desk.policy.states import State
from service_desk.surveys.models import TouchPoint
from service_desk.surveys.policy.asking import Window
from service_desk.surveys.queries import following_up

NOTHING = Value("")
NOBODY = Value(None, output_field=BigIntegerField())


@dataclass(frozen=True)
class Occasion:
    """One time that a member met us."""

    fact: int
    member: int
    at: dt.datetime
    store: int | None = None
    agent: int | None = None
    product: str = ""
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table whose rows are occasions of a touch-point; `at` is the moment, the other columns are expressions over a row."""

    code: str
    touch_point: str
    rows: Callable[[], QuerySet[Any]]
    at: str
    member: Any
    store: Any = field(default=NOBODY)
    agent: Any = field(default=NOBODY)
    product: Any = field(default=NOTHING)
    channel: Any = field(default=NOTHING)

    def due(self, within: Window) -> QuerySet[Any]:
        """The rows that happened within a window."""
        return self.rows().filter(**{f"{self.at}__gte": within.begins_at, f"{self.at}__lt": within.ends_at})

    def occasions(self, keys: Sequence[int]) -> list[Occasion]:
        """What is known of these rows, those that no longer count left out. One query."""
        told = self.rows().filter(pk__in=keys).order_by("pk")
        columns = (F("pk"), self.member, F(self.at), self.store, self.agent, self.product, self.channel)
        named = {f"told_{place}": column for place, column in enumerate(columns)}
        found = told.annotate(**named).values_list(*named)
        return [
            Occasion(fact, member, at, store, agent, product or "", channel or "")
            for fact, member, at, store, agent, product, channel in found
            if member is not None
        ]


def _first_product(order: str) -> Subquery:
    lines = OrderLine.objects.filter(order=OuterRef(order)).order_by("position")
    return Subquery(lines.values("version__product__code")[:1])


def _orders(kind: str) -> Callable[[], QuerySet[Any]]:
    paid = (Order.State.PAID, Order.State.FULFILLED)
    return lambda: Order.objects.filter(kind=kind, state__in=paid, paid_at__isnull=False)


def _order_source(touch_point: str, kind: str) -> Source:
    return Source(
        code=f"cards.order.{kind}", touch_point=touch_point, rows=_orders(kind), at="paid_at", member=F("member"),
        store=F("store"), agent=F("seller"), product=_first_product("pk"), channel=F("channel"),
    )  # fmt: skip


AT_THE_STORE = Value(Channel.STORE.value)
_sources: list[Source] = [
    Source(
        code="members.member", touch_point=TouchPoint.REGISTRATION, rows=Member.objects.all, at="joined_at",
        member=F("pk"), store=F("source_store"), agent=F("source_staff"), channel=F("source"),
    ),
    _order_source(TouchPoint.CARD_PURCHASE, Order.Kind.PURCHASE),
    Source(
        code="cards.activation", touch_point=TouchPoint.ACTIVATION, rows=Activation.objects.all, at="at",
        member=F("member"), store=F("store"), agent=F("clerk"), product=F("card__product__code"), channel=F("channel"),
    ),
    Source(
        code="cards.benefituse", touch_point=TouchPoint.BENEFIT_USE,
        rows=lambda: BenefitUse.objects.filter(reversed_at__isnull=True), at="at", member=F("card__holder"),
        store=F("store"), agent=F("clerk"), product=F("card__product__code"), channel=AT_THE_STORE,
    ),
    Source(
        code="loyalty.benefitredemption", touch_point=TouchPoint.BENEFIT_USE,
        rows=lambda: BenefitRedemption.objects.filter(reversed_at__isnull=True), at="at", member=F("member"),
        store=F("store"), agent=F("clerk"), product=F("card__product__code"), channel=AT_THE_STORE,
    ),
    Source(
        code="loyalty.purchase", touch_point=TouchPoint.PURCHASE,
        rows=lambda: Purchase.objects.filter(member__isnull=False, returned_minor__lt=F("net_minor")), at="occurred_at",
        member=F("member"), store=F("store"), agent=F("clerk"), channel=F("source"),
    ),
    _order_source(TouchPoint.RENEWAL, Order.Kind.RENEWAL),
    Source(
        code="cards.refund", touch_point=TouchPoint.AFTER_SALE,
        rows=lambda: Refund.objects.filter(state=Refund.State.SUCCEEDED, settled_at__isnull=False), at="settled_at",
        member=F("payment__order__member"), store=F("payment__order__store"),
        product=_first_product("payment__order"), channel=F("payment__order__channel"),
    ),
    Source(
        code="loyalty.purchasereturn", touch_point=TouchPoint.AFTER_SALE,
        rows=lambda: PurchaseReturn.objects.filter(purchase__undone_at__isnull=True), at="occurred_at",
        member=F("purchase__member"), store=F("purchase__store"), agent=F("clerk"), channel=F("source"),
    ),
    Source(
        # Not what a survey itself opened: an answer is not asked about again. A complaint has its own question (D6.2.4).
        code="service_desk.case", touch_point=TouchPoint.CASE_CLOSED, at="closed_at",
        rows=lambda: Case.objects.filter(state=State.CLOSED).exclude(
            Q(kind=Kind.COMPLAINT) | Q(key__startswith=following_up.PREFIX)
        ),
        member=F("member"), store=F("store"), agent=F("owner"), product=F("product__code"), channel=F("channel"),
    ),
]  # fmt: skip


def at(touch_point: str) -> list[Source]:
    """The tables that tell of a touch-point, always in the same order."""
    return [source for source in _sources if source.touch_point == touch_point]


def by_code(code: str) -> Source:
    return next(source for source in _sources if source.code == code)


def filtered(occasions: Sequence[Occasion], *, stores: set[int], products: set[str]) -> list[Occasion]:
    """Those of the stores and products that are asked about; an empty set asks about all."""
    return [
        one for one in occasions if (not stores or one.store in stores) and (not products or one.product in products)
    ]
