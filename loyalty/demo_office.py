"""The office of points in the demo: a year of history, adjustments, invitations in every state. All by real operations."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from django.db import transaction

from cards import demo_renewals
from cards.models import Product
from core import clock, periods
from core.models import Store, User
from loyalty.models import PointAdjustment, Purchase
from loyalty.operations import adjustments, invitations, nightly, points, purchases, summaries
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Cause
from loyalty.operations.purchases import Arrival
from loyalty.queries import liability
from members.models import Member, Referral, Source
from members.operations import people, referrals
from members.operations.codes import Address
from members.operations.people import Recruited

REGULARS = ("+8613800138002", "+8613800138005")
MONTHS = 12
CARRIED = (6, 7, 9, 10, 12, 13, 15, 17)
"""How many months before the programme began points were earned on the paper card: they lapse within the last year."""
BASKETS = (42_600, 18_900, 67_300, 25_400, 31_800, 90_200, 22_700, 48_500, 36_100, 74_800, 29_600, 58_400)


@dataclass(frozen=True)
class Friend:
    """Somebody who came on Wanqing's invitation: so many days ago, and when she activated a card (None: not yet)."""

    name: str
    phone: str
    joined: int
    activated: int | None = None
    same_device: bool = False
    refused: str = ""


INVITING = "+8613800138001"
FRIENDS = (
    Friend("韩雪", "+8613800138032", joined=44, same_device=True, refused="第二个账户，同一台手机。"),
    Friend("苏晓", "+8613800138031", joined=25, activated=17),
    Friend("Emma Wright", "+8613800138033", joined=20, activated=6),
    Friend("林婉晴", "+8613800138034", joined=9, same_device=True),
    Friend("江一帆", "+8613800138035", joined=4),
)


def load() -> None:
    """Loading it again changes nothing: each fact has its key."""
    _history()
    _adjust()
    _invite()


def sum_up() -> None:
    """What the night would sum up, once every part of the demo has posted its past."""
    summaries.sum_months(list(liability.unread(clock.today())))
    summaries.sum_cohorts()


def _colleague(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


def _history() -> None:
    """Two regulars: points carried over, a basket each month, now and then a redemption, and what lapsed."""
    for at, deed in sorted(history(), key=itemgetter(0)):
        with clock.stopped(at):
            deed()


def history() -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    """What happened to the regulars and when, to be done in the order of time; nothing where it has been done."""
    if Purchase.objects.filter(source="api", external_id="demo:history:0:0").exists():
        return
    regulars = [Member.objects.by_phone(phone).get() for phone in REGULARS]
    store = Store.objects.get(code="SH1")
    first = periods.add_months(clock.today().replace(day=1), -MONTHS)
    for place, member in enumerate(regulars):
        yield member.joined_at, partial(_carry_over, member)
        for month in range(MONTHS):
            begins, key = periods.add_months(first, month), f"demo:history:{month}:{place}"
            number, basket = f"B-{2000 + 2 * month + place}", BASKETS[(month + 5 * place) % len(BASKETS)]
            spends = 200 + 5 * month + 30 * place
            yield _at(begins + dt.timedelta(days=6 + 9 * place)), partial(_buy, member, basket, key, number, store)
            yield (
                _at(begins + dt.timedelta(days=22)),
                partial(points.spend, member, spends, cause=Cause("redeem", key, store=store)),
            )
            yield _at(periods.add_months(begins, 1)), partial(_night, member)


def _carry_over(member: Member) -> None:
    for number, months in enumerate(CARRIED):
        points.accrue(
            member, 240 + 60 * number, waits=False,
            cause=Cause("carry-over", f"{member.pk}:{number}", reason="Carried over from the paper card"),
            earned_on=periods.add_months(clock.today(), -months),
        )  # fmt: skip


def _buy(member: Member, basket: int, key: str, number: str, store: Store) -> None:
    arrival = Arrival("api", key, clock.now(), store=store, receipt_number=number)
    purchases.record(member, [Line(basket, category="food")], arrival=arrival)


def _night(member: Member) -> None:
    nightly.mature([member.pk], on=clock.today())
    nightly.lapse([member.pk], on=clock.today())


def _adjust() -> None:
    agent = _colleague("service")
    wanqing = Member.objects.by_phone(INVITING).get()
    thomas = Member.objects.by_phone("+85291234567").get()
    category = PointAdjustment.Category
    for days, member, amount, kind, explanation in (
        (1, wanqing, 300, category.GOODWILL, "早餐等了四十分钟，致歉。"),
        (8, thomas, -120, category.MISTAKE, "A neighbour's receipt was recorded here."),
        (1, thomas, 2_400, category.MISSING, "Furniture of 12 March, the register was offline."),
    ):
        with clock.stopped(clock.now() - dt.timedelta(days=days)):
            adjustments.ask(
                member, amount, category=kind, explanation=explanation, by=agent, key=f"demo-{member.pk}-{amount}"
            )


def _invite() -> None:
    wanqing = Member.objects.by_phone(INVITING).get()
    product = Product.objects.filter(code="city").first()
    for friend in FRIENDS:
        if Member.objects.by_phone(friend.phone).exists():
            continue
        with _ago(friend.joined), transaction.atomic():
            told = Recruited(source=Source.REFERRAL, referred_by=wanqing, same_device=friend.same_device)
            address = Address("sms", friend.phone)
            joined = people.join(verified=address, name=friend.name, language="zh-hans", choices={}, recruited=told)
            row = Referral.objects.get(friend=joined.member)
            invitations.settle(row, on=clock.today())
            if friend.refused:
                referrals.refuse(row, by=_colleague("service"), reason=friend.refused)
        if product is not None and friend.activated is not None:
            with _ago(friend.activated):
                demo_renewals.activate(demo_renewals.buy(joined.member, product, "invited"), joined.member)
            with _ago(max(friend.activated - 15, 0)):
                invitations.settle(row, on=clock.today())


def _ago(days: int) -> AbstractContextManager[None]:
    return clock.stopped(clock.now() - dt.timedelta(days=days))


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10, 30), tzinfo=clock.zone())
