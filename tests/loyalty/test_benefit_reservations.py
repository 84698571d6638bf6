"""Reserving a benefit in kind: counted at once, returned to its period, redeemed once, missed and given up."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.models import Card, Entitlement, UseCounter
from cards.operations import uses
from core import clock, verify
from core.models import Message, Store, User
from core.refusals import Refusal
from core.sweeps import Context
from loyalty.jobs import benefits as benefit_jobs
from loyalty.models import BenefitCounter, BenefitRedemption, BenefitReservation, BookedSlot, ServicePoint
from loyalty.operations import benefit_reservations, redemptions
from loyalty.queries.benefits import Offer
from members.models import Member
from tests.cards.factories import EntitlementFactory
from tests.loyalty.benefits_cast import a_benefit, a_grant, a_point, on_tier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def point(store: Store) -> ServicePoint:
    return a_point(store)


def at(hour: int, day: dt.date = TODAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=clock.zone())


def login(member: Member | None) -> User:
    assert member is not None
    assert member.user is not None
    return member.user


def used(row: BenefitReservation) -> BenefitRedemption:
    assert row.redemption is not None
    return row.redemption


def reserve(card: Card, wanted, point: ServicePoint, hour: int = 15, key: str = "a", day: dt.date = TODAY):
    return benefit_reservations.reserve(
        card, wanted, point=point, starts_at=at(hour, day), by=login(card.holder), key=key
    )


def refusal(card: Card, wanted, point: ServicePoint, hour: int = 15, key: str = "no", day: dt.date = TODAY) -> Refusal:
    with pytest.raises(Refusal) as refused:
        reserve(card, wanted, point, hour, key, day)
    return refused.value


def counted(member: Member) -> dict[str, int]:
    return dict(BenefitCounter.objects.filter(member=member).values_list("period", "used"))


def broken() -> list[object]:
    ours = [
        one
        for one in verify.invariants()
        if one.check.__module__ in {"loyalty.invariants.benefits", "cards.invariants.living"}
    ]
    return [
        (one.code, found.examples)
        for one in ours
        if (found := verify.look(one)).broken and one.code not in {"22", "23"}
    ]


def test_it_counts_at_once_and_is_told(card: Card, point: ServicePoint, wanqing: Member) -> None:
    lounge = a_benefit(per_month=1)
    row = reserve(card, Offer(lounge), point)
    assert (row.state, row.ends_at, counted(wanqing)) == ("booked", at(16), {"month:2026-11": 1})
    assert BookedSlot.objects.get().taken == 1
    assert Message.objects.filter(event="reservation.confirmed", recipient=wanqing.user).count() == 1
    assert refusal(card, Offer(lounge), point, hour=17).code == "benefit_used_up_for_now"
    assert broken() == []


def test_a_repeat_reserves_once(card: Card, point: ServicePoint) -> None:
    lounge = Offer(a_benefit())
    assert reserve(card, lounge, point) == reserve(card, lounge, point)
    assert refusal(card, lounge, point, key="b").code == "slot_reserved_already"
    assert refusal(card, lounge, point, hour=18, key="a").code == "key_reused"
    assert BookedSlot.objects.get().taken == 1


def test_cancelled_it_returns_to_the_period_it_was_taken_from(card: Card, point: ServicePoint, wanqing: Member) -> None:
    lounge = Offer(a_benefit(per_month=1))
    on_tier(wanqing, "gold")
    december = dt.date(2026, 12, 2)
    row = reserve(card, lounge, point, day=december)
    assert counted(wanqing) == {"month:2026-12": 1}
    for _ in range(2):
        benefit_reservations.cancel(row, by=login(wanqing))
    assert (counted(wanqing), BookedSlot.objects.get().taken) == ({"month:2026-12": 0}, 0)
    assert reserve(card, lounge, point, day=december, key="b").state == "booked"
    assert broken() == []


def test_it_is_redeemed_once_at_its_store_on_its_day(
    card: Card, point: ServicePoint, store: Store, clerk: User, manager: User, other_store: Store, other_clerk: User
) -> None:
    row = reserve(card, Offer(a_benefit(per_month=1)), point)
    with pytest.raises(Refusal, check=lambda r: r.code == "reservation_elsewhere"):
        benefit_reservations.redeem(row, store=other_store, clerk=other_clerk, key="k")
    done = benefit_reservations.redeem(row, store=store, clerk=clerk, key="k")
    assert benefit_reservations.redeem(row, store=store, clerk=clerk, key="k") == done
    assert (done.state, used(done).periods) == ("redeemed", ["month:2026-11"])
    with pytest.raises(Refusal, check=lambda r: r.code == "reservation_redeemed"):
        benefit_reservations.redeem(row, store=store, clerk=manager, key="another")
    assert broken() == []


def test_another_day_is_told(card: Card, point: ServicePoint, store: Store, clerk: User) -> None:
    row = reserve(card, Offer(a_benefit()), point, day=TODAY + dt.timedelta(days=2))
    with pytest.raises(Refusal) as refused:
        benefit_reservations.redeem(row, store=store, clerk=clerk, key="k")
    assert (refused.value.code, refused.value.allowed_from) == ("reservation_another_day", dt.date(2026, 11, 25))


def test_a_use_of_what_was_reserved_is_undone_into_its_period(
    card: Card, point: ServicePoint, store: Store, clerk: User, wanqing: Member
) -> None:
    row = reserve(card, Offer(a_benefit(per_month=1)), point)
    done = benefit_reservations.redeem(row, store=store, clerk=clerk, key="k")
    redemptions.reverse(used(done), by=clerk, reason="not served")
    assert (counted(wanqing), broken()) == ({"month:2026-11": 0}, [])


def test_what_was_reserved_is_honoured_when_the_benefit_ends(
    card: Card, point: ServicePoint, store: Store, clerk: User
) -> None:
    lounge = a_benefit(value_minor=8_800)
    row = reserve(card, Offer(lounge), point)
    lounge.benefit.retired_on = TODAY
    lounge.benefit.save()
    assert used(benefit_reservations.redeem(row, store=store, clerk=clerk, key="k")).value_minor == 8_800


def test_a_benefit_of_the_card_counts_against_the_card(card: Card, store: Store, clerk: User, wanqing: Member) -> None:
    breakfast: Entitlement = EntitlementFactory.create(version=card.version, code="breakfast", per_day=1)
    point = a_point(store, "breakfast")
    row = reserve(card, breakfast, point)
    assert UseCounter.objects.get().used == 1
    with pytest.raises(Refusal, check=lambda r: r.code == "benefit_used_up_for_now"):
        uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="now")
    assert broken() == []
    done = benefit_reservations.redeem(row, store=store, clerk=clerk, key="k")
    assert done.card_use is not None
    assert (done.card_use.periods, UseCounter.objects.get().used, broken()) == (["day:2026-11-23"], 1, [])


def test_a_full_slot_an_unknown_and_a_past_one_are_refused(card: Card, store: Store) -> None:
    lounge, tiny = Offer(a_benefit()), a_point(store, capacity=1)
    BookedSlot.objects.create(point=tiny, starts_at=at(15), taken=1, capacity=1)
    assert refusal(card, lounge, tiny).code == "slot_full"
    assert refusal(card, lounge, tiny, hour=21).code == "slot_unknown"
    assert refusal(card, lounge, tiny, hour=10).code == "slot_over"
    assert BenefitReservation.objects.count() == 0
    assert not BenefitCounter.objects.exists()


def test_a_higher_tier_reserves_earlier(card: Card, point: ServicePoint, wanqing: Member) -> None:
    lounge, in_ten = Offer(a_benefit()), TODAY + dt.timedelta(days=10)
    early = refusal(card, lounge, point, day=in_ten)
    assert (early.code, early.allowed_from) == ("slot_not_open_yet", TODAY + dt.timedelta(days=7))
    on_tier(wanqing, "gold")
    assert reserve(card, lounge, point, day=in_ten).day_on == in_ten


def test_only_so_many_are_open_at_once(card: Card, store: Store, wanqing: Member) -> None:
    lounge, wide = Offer(a_benefit()), a_point(store, capacity=50)
    for hour in range(13, 19):
        reserve(card, lounge, wide, hour=hour, key=f"k{hour}")
    assert refusal(card, lounge, wide, hour=19).code == "too_many_reservations"


def test_a_day_after_the_card_ends_asks_for_renewal(card: Card, point: ServicePoint, wanqing: Member) -> None:
    on_tier(wanqing, "platinum")
    Card.objects.filter(pk=card.pk).update(last_valid_on=TODAY + dt.timedelta(days=5))
    assert refusal(card, Offer(a_benefit()), point, day=TODAY + dt.timedelta(days=6)).code == "slot_after_the_card_ends"


def test_too_late_its_member_calls_and_the_clerk_cancels(
    card: Card, point: ServicePoint, wanqing: Member, clerk: User, other_clerk: User, stranger: Member
) -> None:
    row = reserve(card, Offer(a_benefit()), point, hour=13)
    with pytest.raises(Refusal, check=lambda r: r.code == "reservation_cancelled_too_late"):
        benefit_reservations.cancel(row, by=login(wanqing))
    for nobody in (other_clerk, login(stranger)):
        with pytest.raises(Refusal, check=lambda r: r.code == "not_permitted"):
            benefit_reservations.cancel(row, by=nobody)
    assert benefit_reservations.cancel(row, by=clerk).state == "cancelled"


def test_what_nobody_came_for_is_given_up_once_and_returned(card: Card, point: ServicePoint, wanqing: Member) -> None:
    grant = a_grant(wanqing, a_benefit("lounge", "event"))
    row = reserve(card, Offer(grant.version, grant), point)
    sweep = benefit_jobs.MissReservations()
    for moment, due in ((at(16), 0), (at(17), 1), (at(18), 0)):
        with clock.stopped(moment):
            sweep.ctx = Context(on=TODAY)
            keys = sweep.claim(None, 10)
            assert (len(keys), sweep.process(keys)) == (due, due)
    row.refresh_from_db()
    assert (row.state, counted(wanqing), broken()) == ("missed", {f"grant:{grant.pk}": 0}, [])


def test_a_clerk_does_not_serve_his_own_reservation(
    card: Card, point: ServicePoint, store: Store, clerk: User, wanqing: Member
) -> None:
    row = reserve(card, Offer(a_benefit()), point)
    Member.objects.filter(pk=wanqing.pk).update(user=clerk)
    with pytest.raises(Refusal, check=lambda r: r.code == "own_card"):
        benefit_reservations.redeem(row, store=store, clerk=clerk, key="k")


STEPS = st.lists(
    st.tuples(st.sampled_from(["use", "undo", "reserve", "cancel", "redeem", "miss", "tomorrow"]), st.integers(0, 3)),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, per_day=st.integers(1, 2), per_month=st.integers(1, 3))
def test_whatever_happens_in_whatever_order_net_uses_stay_within_the_limit(
    steps,
    per_day,
    per_month,
    card: Card,
    point: ServicePoint,
    store: Store,
    clerk: User,
    manager: User,
    wanqing: Member,
) -> None:
    """Invariants 29 and 31: any sequence of uses, undoings, reservations, cancellations and missed ones."""
    with transaction.atomic():
        lounge = Offer(a_benefit(f"lounge-{per_day}-{per_month}", per_day=per_day, per_month=per_month))
        ServicePoint.objects.filter(pk=point.pk).update(code=lounge.version.code, capacity=9)
        now, spent, booked = clock.now(), [], []
        for number, (step, which) in enumerate(steps):
            with clock.stopped(now):
                try:
                    match step:
                        case "use":
                            spent.append(redemptions.record(card, lounge, store=store, clerk=clerk, key=f"u{number}"))
                        case "undo" if spent:
                            redemptions.reverse(spent[which % len(spent)], by=manager, reason="Test")
                        case "reserve":
                            booked.append(reserve(card, lounge, point, 13 + which, f"r{number}", clock.today()))
                        case "cancel" if booked:
                            benefit_reservations.cancel(booked[which % len(booked)], by=clerk)
                        case "redeem" if booked:
                            done = benefit_reservations.redeem(
                                booked[which % len(booked)], store=store, clerk=clerk, key=f"d{number}"
                            )
                            spent.append(used(done))
                        case "miss" if booked:
                            benefit_reservations.miss([booked[which % len(booked)].pk])
                        case "tomorrow":
                            now += dt.timedelta(days=1)
                except Refusal:
                    pass
            assert broken() == []
        transaction.set_rollback(True)
