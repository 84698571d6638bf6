"""Reminders (CARD-15, CARD-16): each step once, missed nights, what they say when they are sent, and to whom."""

import datetime as dt

import pytest

from cards.jobs import renewal as jobs
from cards.models import ActivationFollowUp, Card, CardReminder, Product, RenewalMandate
from cards.operations import follow_ups, uses
from core import clock, sweeps
from core.messaging import dispatch
from core.models import Message, Store, User
from members.models import Acceptance, Member
from members.operations import consent
from members.queries import legal
from tests import factories
from tests.cards import shop
from tests.cards.factories import CardFactory, EntitlementFactory, LineFactory, OrderFactory, VersionFactory
from tests.cards.products import refused, swept
from tests.cards.renewal.conftest import ENDS, at, broken, make_card, place

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
RENEWAL, ACTIVATION = "cards.remind_renewal", "cards.remind_activation"


def run_on(day: dt.date, name: str = RENEWAL) -> int:
    with at(day, hour=1):
        return swept(name)


def steps(card: Card) -> list[int]:
    return list(CardReminder.objects.filter(card=card).order_by("pk").values_list("step", flat=True))


def sent(day: dt.date, channel: str = "inbox", hour: int = 10) -> list[Message]:
    """What the day's dispatcher brings to this channel's messages."""
    with at(day, hour=hour):
        dispatch.run(channel)
    return list(Message.objects.filter(channel=channel, event__startswith="card.").order_by("pk"))


@pytest.mark.slow
def test_every_step_is_written_once_on_its_night(card: Card) -> None:
    for days in range(70, -20, -1):
        run_on(ENDS - days * DAY)
    assert steps(card) == [-60, -30, -14, -7, -1, 1, 7]


def test_a_second_run_in_the_same_night_writes_nothing(card: Card) -> None:
    assert run_on(ENDS - 30 * DAY) == 1
    messages = Message.objects.count()
    assert run_on(ENDS - 30 * DAY) == 0
    assert (steps(card), Message.objects.count()) == ([-30], messages)


def test_after_three_missed_nights_the_step_is_still_written_and_only_the_urgent_one(card: Card) -> None:
    run_on(ENDS - 15 * DAY)
    assert run_on(ENDS - 11 * DAY) == 1
    assert run_on(ENDS - 2 * DAY) == 1
    assert steps(card) == [-30, -14, -7]


def test_a_clock_set_back_an_hour_or_forward_a_day_writes_nothing_twice(card: Card) -> None:
    with at(ENDS - 30 * DAY, hour=0):
        swept(RENEWAL)
    with at(ENDS - 31 * DAY, hour=23):
        swept(RENEWAL)
    run_on(ENDS - 29 * DAY)
    assert sorted(steps(card)) == [-60, -30]
    assert broken("38a") == []


def test_a_card_that_ends_on_the_leap_day_is_reminded_a_day_before(wanqing: Member, product: Product) -> None:
    leap = make_card(wanqing, product, starts_on=dt.date(2027, 3, 1), ends_on=dt.date(2028, 2, 29))
    run_on(dt.date(2028, 2, 28))
    assert steps(leap) == [-1]


def test_a_step_that_fell_before_the_term_began_is_not_written(wanqing: Member, product: Product) -> None:
    month = make_card(wanqing, product, starts_on=ENDS - 30 * DAY, ends_on=ENDS)
    run_on(ENDS - 29 * DAY)
    assert steps(month) == [-30]
    short = make_card(factories.MemberFactory.create(), product, starts_on=ENDS - 20 * DAY, ends_on=ENDS)
    run_on(ENDS - 19 * DAY)
    assert steps(short) == []


def test_each_channel_she_can_be_reached_on_gets_one_message(card: Card, wanqing: Member) -> None:
    run_on(ENDS - 30 * DAY)
    keys = set(Message.objects.values_list("dedup_key", flat=True))
    base = f"card.renewal_due:{card.pk}:2027-01-21:-30"
    assert keys == {f"{base}:inbox", f"{base}:sms", f"{base}:email"}
    one = Message.objects.get(channel="sms")
    assert (one.recipient, one.member_id, one.language, one.purpose) == (
        wanqing.user,
        wanqing.pk,
        "zh-hans",
        "reminder",
    )
    assert one.link == f"/renew/{card.public_id.hex}/"
    assert one.due_at.astimezone(clock.zone()).hour == 8  # not at night


def test_no_message_goes_to_an_address_nobody_proved(product: Product) -> None:
    member = factories.MemberFactory.create(phone=None, phone_verified_at=None, user=None)
    make_card(member, product)
    run_on(ENDS - 30 * DAY)
    assert list(Message.objects.values_list("channel", flat=True)) == ["inbox"]


def test_a_reminder_tells_the_ending_year_and_the_best_offer(
    wanqing: Member, product: Product, store: Store, clerk: User
) -> None:
    sold = VersionFactory.create(product=product, number=7, name_zh_hans="城市年卡", price_minor=129_900)
    breakfast = EntitlementFactory.create(version=sold, name_zh_hans="双人早餐", per_card=20)
    card = make_card(wanqing, product, version=sold)
    with at(dt.date(2026, 6, 1)):
        for number in range(3):
            uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key=str(number))
    run_on(ENDS - 32 * DAY)
    email = sent(ENDS - 32 * DAY, "email")[0]
    assert email.state == Message.State.SENT
    for words in (
        "2027年1月21日",
        "32 天",
        "3 次权益",
        "¥144.00",
        "双人早餐（3 次）",
        "¥1,169.10",
        "2026年12月22日",
        "¥3,117.60",
    ):
        assert words in email.body, words
    assert "/unsubscribe/" in email.body
    assert f"/renew/{card.public_id.hex}/" in email.body


def test_who_renewed_meanwhile_is_not_asked_to(card: Card) -> None:
    run_on(ENDS - 30 * DAY)
    with at(ENDS - 30 * DAY, hour=7):
        shop.pay(place(card))
    reminder = next(one for one in sent(ENDS - 30 * DAY) if one.event == "card.renewal_due")
    assert (reminder.state, reminder.suppressed_because) == (Message.State.SUPPRESSED, "no-longer-true")


def test_within_grace_another_event_speaks(card: Card) -> None:
    run_on(ENDS + DAY)
    inbox = sent(ENDS + DAY)
    assert [one.event for one in inbox] == ["card.renewal_grace"]
    assert "2027年2月5日" in inbox[0].body


def test_after_grace_nothing_is_written(card: Card) -> None:
    assert run_on(ENDS + 16 * DAY) == 0


def test_reminders_that_she_declined_stay_in_the_inbox(card: Card, wanqing: Member) -> None:
    legal_texts()
    consent.decide(wanqing, {("reminder", "sms"): False}, via="portal")
    run_on(ENDS - 30 * DAY)
    day = ENDS - 30 * DAY
    assert sent(day, "sms")[0].suppressed_because == "no-consent"
    assert sent(day, "inbox")[0].state == Message.State.SENT


def test_a_card_with_automatic_renewal_is_not_reminded(card: Card, wanqing: Member) -> None:
    legal_texts()
    text = legal.in_force("auto-renewal")
    acceptance = Acceptance.objects.create(member=wanqing, text=text, language="en")
    mandate = RenewalMandate.objects.create(
        card=card, member=wanqing, gateway="sandbox", instrument="sbi_ok_1", acceptance=acceptance
    )
    assert run_on(ENDS - 30 * DAY) == 0
    mandate.ended_at, mandate.ended_because = clock.now(), "member"
    mandate.save()
    assert run_on(ENDS - 30 * DAY) == 1


def legal_texts() -> None:
    from members.operations import legal as publishing

    publishing.publish_shipped()


def test_a_batch_costs_the_same_statements_whatever_its_size(product: Product, django_assert_max_num_queries) -> None:
    for _ in range(3):
        make_card(factories.MemberFactory.create(), product)
    with at(ENDS - 30 * DAY), django_assert_max_num_queries(40) as counted:
        sweeps.run(RENEWAL)
    few = len(counted)
    for _ in range(6):
        make_card(factories.MemberFactory.create(), product)
    with at(ENDS - 30 * DAY), django_assert_max_num_queries(few):
        run = sweeps.run(RENEWAL)
    run.refresh_from_db()
    assert run.done == 6


def test_what_is_due_is_read_once_a_run_and_resumed_behind_the_last_batch(product: Product, monkeypatch) -> None:
    cards = [make_card(factories.MemberFactory.create(), product) for _ in range(5)]
    sweep = jobs.RemindRenewal()
    with at(ENDS - 30 * DAY):
        sweep.ctx = sweeps.Context(on=clock.today())
        first = sweep.claim(None, 2)
        monkeypatch.setattr(sweep, "_read", lambda *_: pytest.fail("read twice"))
        assert [*first, *sweep.claim(first[-1], 2)] == [card.pk for card in cards[:4]]
        again = jobs.RemindRenewal()
        again.ctx = sweep.ctx
        assert again.claim(first[-1], 10) == [card.pk for card in cards[2:]]


def test_more_than_is_read_at_once_is_read_on(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "READ_AT_ONCE", 2)
    monkeypatch.setattr(jobs.RemindRenewal, "batch", 1)
    for _ in range(5):
        make_card(factories.MemberFactory.create(), product)
    assert run_on(ENDS - 30 * DAY) == 5
    assert CardReminder.objects.count() == 5


# Activation

BOUGHT = dt.date(2026, 6, 1)


@pytest.fixture
def sold(wanqing: Member, product: Product) -> Card:
    """Bought on 1 June, to be activated by 28 November."""
    card = make_card(wanqing, product)
    issued = dt.datetime(2026, 6, 1, 10, tzinfo=clock.zone())
    return CardFactory.create(
        order_line=shop_line(wanqing, card), activate_before_on=BOUGHT + 180 * DAY, issued_at=issued
    )


def shop_line(member: Member, card: Card) -> object:
    return LineFactory.create(order=OrderFactory.create(member=member), version=card.version)


def test_a_card_nobody_activates_is_reminded_of_and_then_followed_up(sold: Card, service_agent: User) -> None:
    for days in (0, *range(145, 185)):
        run_on(BOUGHT + days * DAY, ACTIVATION)
    assert steps(sold) == [-30, -7]
    assert Message.objects.filter(event="card.activation_due", channel="sms").count() == 2
    assert run_on(BOUGHT + 180 * DAY, "cards.follow_up_activation") == 0
    assert run_on(BOUGHT + 181 * DAY, "cards.follow_up_activation") == 1
    assert run_on(BOUGHT + 182 * DAY, "cards.follow_up_activation") == 0
    row = ActivationFollowUp.objects.get()
    with refused("reason_needed"):
        follow_ups.finish(row, by=service_agent, note=" ")
    follow_ups.finish(row, by=service_agent, note="Comes to the store on Saturday")
    with refused("already_decided"):
        follow_ups.finish(row, by=service_agent, note="again")


def test_who_activated_meanwhile_is_not_asked_to(sold: Card) -> None:
    day = BOUGHT + 150 * DAY
    run_on(day, ACTIVATION)
    Card.objects.filter(pk=sold.pk).update(
        state="active",
        holder=sold.purchaser,
        activated_at=clock.now(),
        valid_from_on=day,
        last_valid_on=day + 365 * DAY,
    )
    assert sent(day)[0].suppressed_because == "no-longer-true"
