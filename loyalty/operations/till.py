"""A purchase typed in at the counter, and what comes back to it (LOY-04, LOY-08 · B7)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from cards.operations import confirming, serving
from core import access, clock
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import Coupon, Purchase, PurchaseReturn, Source
from loyalty.operations import ledger, money_off, purchases, undoing
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member

RIGHT = "counter.record_purchase"
UNDO_WINDOW = dt.timedelta(minutes=15)
LONGEST_NAME = 80


@dataclass(frozen=True)
class Bill:
    """What is bought, as one amount or line by line, and what beside money is to pay for it: points, a coupon by its code."""

    amount_minor: int
    category: str = ""
    points: int = 0
    coupon: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def bought(self) -> tuple[Line, ...]:
        return self.lines or (Line(self.amount_minor, category=self.category),)


def quote(member: Member, bill: Bill, *, store: Store) -> money_off.Quote:
    """LOY-06, LOY-13 — what remains to be paid of a bill, and the most that points may pay of it. Writes nothing."""
    coupon = money_off.find(bill.coupon) if bill.coupon else None
    return _quote(member, bill, store=store, coupon=coupon)


@transaction.atomic
def record(
    member: Member, bill: Bill, *, receipt: str, store: Store, clerk: User, agreed_minor: int | None = None
) -> Purchase:
    """LOY-04 · B7.1 — what a member paid here today. A receipt of a store and day counts once: the same again gives the
    same purchase, anything else under its number is refused (`receipt_recorded`) unless the first was undone, and so is
    serving oneself.

    Points and a coupon pay their part in the same transaction; where what remains is not `agreed_minor`, nothing happens
    (`bill_changed`), nor where the member has not confirmed so many points (`points_unconfirmed`).
    """
    access.require(clerk, RIGHT)
    serving.refuse_own(member, clerk=clerk)
    ledger.account_of(member)
    if before := recorded(receipt, store=store):
        if before.member_id != member.pk or not _is_of(before, bill):
            raise Refusal("receipt_recorded")
        return before
    confirming.require(member, bill.points, clerk=clerk, store=store)
    coupon = money_off.hold(money_off.find(bill.coupon)) if bill.coupon else None
    quoted = _quote(member, bill, store=store, coupon=coupon)
    if agreed_minor is not None and quoted.pay_minor != agreed_minor:
        raise Refusal("bill_changed")
    now = clock.now()
    arrival = Arrival(Source.COUNTER, _key(receipt, store, now), now, store=store, clerk=clerk, receipt_number=receipt)
    purchase = purchases.record(member, quoted.lines, arrival=arrival, currency=settings.CURRENCY)
    money_off.take(quoted, purchase, clerk=clerk)
    return purchase


def recorded(receipt: str, *, store: Store) -> Purchase | None:
    """What was typed in under this number here today."""
    return Purchase.objects.filter(source=Source.COUNTER, external_id=_key(receipt, store, clock.now())).first()


def _key(receipt: str, store: Store, at: dt.datetime) -> str:
    return f"{store.code}:{clock.day_of(at)}:{receipt}"


def _quote(member: Member, bill: Bill, *, store: Store, coupon: Coupon | None) -> money_off.Quote:
    return money_off.quote(
        member, bill.bought, store=store, currency=settings.CURRENCY, points=bill.points, coupon=coupon
    )


def _is_of(purchase: Purchase, bill: Bill) -> bool:
    """The purchase is what this bill would have made."""
    off = list(purchase.discounts.select_related("coupon"))
    codes = [one.coupon.code for one in off if one.coupon]
    rows = purchase.lines.order_by("position")
    lines = [Line(row.net_minor, row.sku, row.description, row.category, row.quantity) for row in rows]
    if (sum(one.points for one in off), codes) != (bill.points, [bill.coupon] if bill.coupon else []):
        return False
    try:
        return money_off.paid_in_part(bill.bought, purchase) == lines
    except ValueError:  # what it had taken off cannot be spread over these lines
        return False


@transaction.atomic
def take_back(
    purchase: Purchase, quantities: Mapping[int, int], *, key: str, store: Store, clerk: User
) -> PurchaseReturn:
    """LOY-08 · B7 — goods are brought back to the counter: how many of which line. The form's key makes a repeat give the
    same return; what has come back already, more than was bought, and serving oneself are refused.
    """
    access.require(clerk, RIGHT)
    if purchase.member is not None:
        serving.refuse_own(purchase.member, clerk=clerk)
    if before := taken_back(purchase, key=key, store=store):
        return before
    arrival = Arrival(Source.COUNTER, _key_of_return(store, key), clock.now(), store=store, clerk=clerk)
    return purchases.take_back(purchase, {line: count for line, count in quantities.items() if count}, arrival=arrival)


def taken_back(purchase: Purchase, *, key: str, store: Store) -> PurchaseReturn | None:
    """What a form with this key has done already."""
    rows = PurchaseReturn.objects.filter(source=Source.COUNTER, external_id=_key_of_return(store, key))
    return rows.filter(purchase=purchase).first()


def _key_of_return(store: Store, key: str) -> str:
    return f"{store.code}:return:{key}"


@transaction.atomic
def undo(purchase: Purchase, *, clerk: User) -> Purchase:
    """A slip of the hand is taken back within minutes: the purchase never was, and its receipt can be typed again.

    What a till delivered keeps its name, so that a repeat of the delivery stays a repeat. A second undo changes nothing.
    """
    access.require(clerk, RIGHT)
    if purchase.member is not None:
        serving.refuse_own(purchase.member, clerk=clerk)
    now = clock.now()
    if purchase.undone_at is None and now - purchase.recorded_at > UNDO_WINDOW:
        raise Refusal("purchase_too_old_to_undo")
    arrival = Arrival(Source.COUNTER, f"undo:{purchase.pk}", now, clerk=clerk)
    name = purchase.external_id
    typed = purchase.source == Source.COUNTER
    return undoing.undo(purchase, arrival=arrival, freed=f"~{purchase.pk}~{name}"[:LONGEST_NAME] if typed else name)
