"""The tiers of the demo: climbs, falls, a return that undid one, a guarantee, one that waits for its second person."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import itemgetter

from django.db import transaction

from core import approvals, clock
from core.models import Store, User
from loyalty import demo, demo_office
from loyalty.models import Activity, MemberTier, Purchase, TierHold
from loyalty.operations import purchases, tier_holds, tier_nights
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy import activity
from members.models import Member

# Who, how many days ago, amount paid in minor units, after how many days it came back (0: never).
BOUGHT = (
    ("+8613800138005", 790, 2_480_000, 0),
    ("+8613800138005", 640, 36_000, 0),
    ("+8613800138005", 250, 88_000, 0),
    ("+8613800138002", 760, 905_000, 0),
    ("+8613800138002", 500, 700_000, 0),
    ("+8613800138002", 381, 905_000, 0),
    ("+8613800138002", 190, 214_500, 0),
    ("+8613800138002", 40, 120_000, 0),
    ("+886912345678", 70, 236_000, 0),
    ("+886912345678", 52, 612_000, 6),
    ("+8613800138009", 330, 52_000, 0),
)
# Who did what every so many days, over how many days.
DONE = (
    ("+8613800138001", activity.LOG_IN, 11, 330),
    ("+8613800138001", activity.READING, 24, 300),
    ("+8613800138001", activity.USE, 40, 320),
    ("+85291234567", activity.LOG_IN, 45, 330),
    ("+8613800138002", activity.LOG_IN, 30, 300),
    ("+8613800138002", activity.USE, 50, 250),
    ("+886912345678", activity.LOG_IN, 9, 120),
    ("+886912345678", activity.TAKING_PART, 60, 120),
)
WAITING, HELD = "+8613800138001", "+8613800138009"


def load() -> None:
    """Loading it again changes nothing."""
    phones = {row[0] for row in (*BOUGHT, *DONE)} | {WAITING, HELD}
    members = {phone: member for phone in phones if (member := Member.objects.by_phone(phone).first())}
    for phone, signal, every, over in DONE:
        if phone in members:
            _do(members[phone], signal, every=every, over=over)
    demo.agree()
    deeds = [*_bought(members), *demo_office.history()]
    for at, deed in sorted(deeds, key=itemgetter(0)):  # in the order of time, so that each finds what was before it
        with clock.stopped(at):
            _nights()
            deed()
    _nights()
    if HELD in members and WAITING in members:
        _guarantee(members[HELD], members[WAITING])


def judge() -> None:
    """Everybody as of today, after all that the demo bought."""
    tier_nights.judge_all(list(Member.objects.order_by("pk").values_list("pk", flat=True)), on=clock.today())


def _do(member: Member, signal: str, *, every: int, over: int) -> None:
    today = clock.today()
    days = [today - dt.timedelta(days=ago) for ago in range(1, over, every)]
    Activity.objects.bulk_create(
        [Activity(member=member, day=day, signal=signal, times=1) for day in days], ignore_conflicts=True
    )


def _bought(members: Mapping[str, Member]) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    """The purchases of these members and what came back of them, each with its moment; none that is there already."""
    for number, (phone, days, minor, back) in enumerate(BOUGHT, start=1):
        key, at = f"demo:t{number}", clock.now() - dt.timedelta(days=days)
        if phone not in members or Purchase.objects.filter(source="api", external_id=key).exists():
            continue
        yield at, partial(_buy, members[phone], key, minor)
        if back:
            yield at + dt.timedelta(days=back), partial(_bring_back, key)


def _buy(member: Member, key: str, minor: int) -> None:
    arrival = Arrival("api", key, clock.now(), store=Store.objects.get(code="SH1"), receipt_number=f"T-{key[-2:]}")
    purchases.record(member, [Line(minor, category="home")], arrival=arrival)


def _bring_back(key: str) -> None:
    purchase = Purchase.objects.get(source="api", external_id=key)
    purchases.take_back(purchase, {1: 1}, arrival=Arrival("api", f"{key}:back", clock.now()))


def _nights() -> None:
    """Every night on which something was due, at its own hour."""
    today = clock.today()
    while due := MemberTier.objects.filter(review_on__lte=today).order_by("review_on").first():
        on = due.review_on or today
        members = list(MemberTier.objects.filter(review_on=on).values_list("pk", flat=True))
        with clock.stopped(dt.datetime.combine(on, dt.time(1, 15), tzinfo=clock.zone())):
            tier_nights.review(sorted(members), on=on)


def _guarantee(held: Member, waiting: Member) -> None:
    service = User.objects.with_email("service@tessera.example")
    director = User.objects.with_email("director@tessera.example")
    if service is None or director is None:
        raise LookupError("the demo's people come first: members.demo.load")
    if TierHold.objects.filter(member=held).exists():
        return
    ends_on = clock.today() + dt.timedelta(days=120)
    with transaction.atomic():
        asked = tier_holds.propose(
            held, tier="silver", ends_on=ends_on, reason="Guest of our partner's opening year.", author=service
        )
        approvals.approve(asked, by=director, reason="Agreed with the partner.")
        tier_holds.propose(
            waiting, tier="gold", ends_on=ends_on, reason="Speaks for us at the spring fair.", author=service
        )
