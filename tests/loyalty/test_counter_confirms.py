"""Many points are spent at a counter only with the member's yes (LOY-06 · B7.2): her card's code, or one sent to her."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client

from cards.models import Card, CounterConfirmation, Order, Product, SpentCode
from cards.operations import codes, confirming, looking
from core import approvals, clock, parameter_revisions
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import Purchase, RewardOrder
from loyalty.operations import rewards, till
from loyalty.operations.till import Bill
from loyalty.policy.parameters import PointsParameters
from members.models import Member
from tests.cards import shop
from tests.cards.factories import ActiveCardFactory, LineFactory, OrderFactory
from tests.loyalty.conftest import balances, broken
from tests.loyalty.shelf import gift, key, reserve, rich

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
ENGLISH = {"accept-language": "en"}
ASKS = "The member confirms"


def sent() -> dict[str, Any]:
    message = Message.objects.filter(event="points.counter_code").latest("pk")
    return {**json.loads(message.context), "channel": message.channel}


def refused(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(RuleBroken) as error:
        act(*args, **named)
    return error.value.code


def limit(points: int, planner: User, director: User) -> None:
    asked = parameter_revisions.propose(
        "points", values={"confirm_above": points}, effective_on=clock.today(), reason="so", author=planner
    )
    approvals.approve(asked, by=director)


def pay(points: int, receipt: str = "R1", **more: str) -> dict[str, str]:
    return {"amount": "100.00", "receipt": receipt, "points": str(points), **more}


@pytest.mark.parametrize(("points", "asks"), [(500, False), (501, True)])
def test_up_to_the_limit_nobody_is_asked(wanqing: Member, store: Store, clerk: User, points: int, asks: bool) -> None:
    rich(wanqing, 5_000)
    assert bool(confirming.asked(wanqing, points, clerk=clerk, store=store)) is asks


def test_the_limit_is_of_a_day_however_it_is_split(
    wanqing: Member, store: Store, clerk: User, other_clerk: User, other_store: Store
) -> None:
    rich(wanqing, 5_000)
    till.record(wanqing, Bill(10_000, points=300), receipt="R1", store=store, clerk=clerk)
    rewards.order(wanqing, gift(price=200, store=store), key=key(), way="at-once", store=store, clerk=clerk)
    bill = Bill(10_000, points=1)
    assert refused(till.record, wanqing, bill, receipt="R2", store=store, clerk=clerk) == "points_unconfirmed"
    assert (
        refused(till.record, wanqing, bill, receipt="R2", store=other_store, clerk=other_clerk) == "points_unconfirmed"
    )
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        assert till.record(wanqing, bill, receipt="R2", store=store, clerk=clerk).net_minor == 9_999


def test_what_she_redeems_herself_is_nobody_elses_to_confirm(wanqing: Member, store: Store, clerk: User) -> None:
    reserve(rich(wanqing, 5_000), gift(price=900, store=store), store)
    assert confirming.asked(wanqing, 500, clerk=clerk, store=store) is None


@pytest.mark.parametrize(("agreed", "asked", "free"), [(0, 1, 0), (2_000, 2_001, 2_000)])
def test_the_limit_is_a_parameter_and_nought_means_always(
    wanqing: Member, store: Store, clerk: User, planner: User, director: User, agreed: int, asked: int, free: int,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    assert PointsParameters().confirm_above == 500
    with django_capture_on_commit_callbacks(execute=True):
        limit(agreed, planner, director)
    rich(wanqing, 5_000)
    assert confirming.asked(wanqing, asked, clerk=clerk, store=store)
    assert confirming.asked(wanqing, free, clerk=clerk, store=store) is None


def test_a_look_up_by_phone_does_not_spend_a_members_points(
    at_counter: Client, card: Card, wanqing: Member, store: Store
) -> None:
    rich(wanqing, 5_000)
    found = at_counter.post("/counter/", {"q": wanqing.phone or ""})
    there = f"{found['Location']}purchase/"
    page = at_counter.post(there, pay(2_000), headers=ENGLISH)
    assert ASKS in page.content.decode()
    refused = at_counter.post(there, pay(2_000, agreed="8000"), headers=ENGLISH)
    assert (refused.status_code, Purchase.objects.exists(), balances(wanqing)[0]) == (422, False, 5_000)
    assert "scan the code on her card, or send her a code" in refused.content.decode()
    assert 'name="agreed" value="8000"' in refused.content.decode()
    cup = gift(price=600, store=store)
    there = f"/counter/cards/{card.public_id}/rewards/{cup.pk}/"
    assert ASKS in at_counter.get(there, headers=ENGLISH).content.decode()
    refused = at_counter.post(there, {"key": "0" * 32})
    assert (refused.status_code, RewardOrder.objects.exists()) == (422, False)
    assert broken() == []


def test_whoever_scanned_her_code_is_asked_nothing_for_ten_minutes(
    at_counter: Client, card: Card, wanqing: Member, store: Store, clerk: User
) -> None:
    rich(wanqing, 5_000)
    found = at_counter.post("/counter/", {"q": codes.make(card)})
    there = f"{found['Location']}purchase/"
    assert ASKS not in at_counter.post(there, pay(2_000), headers=ENGLISH).content.decode()
    assert at_counter.post(there, pay(2_000, agreed="8000")).status_code == 302
    cup = gift(price=600, store=store)
    given = at_counter.post(f"/counter/cards/{card.public_id}/rewards/{cup.pk}/", {"key": "0" * 32})
    assert (given.status_code, balances(wanqing)[0]) == (302, 2_400)
    with clock.stopped(clock.now() + dt.timedelta(minutes=10, seconds=1)):
        assert confirming.asked(wanqing, 1, clerk=clerk, store=store)


def test_her_yes_to_one_clerk_is_none_to_another(
    card: Card, wanqing: Member, store: Store, clerk: User, other_clerk: User, other_store: Store
) -> None:
    looking.look_up(codes.make(card), clerk=clerk, store=store)
    for who, where, open_ in ((clerk, store, None), (other_clerk, store, 600), (clerk, other_store, 600)):
        asks = confirming.asked(rich(wanqing, 900), 600, clerk=who, store=where)
        assert (asks and asks.points) == open_


def test_the_code_that_is_sent_says_how_many_points_and_where_and_is_good_once(
    at_counter: Client, card: Card, wanqing: Member, store: Store
) -> None:
    rich(wanqing, 5_000)
    there = f"/counter/cards/{card.public_id}/purchase/"
    page = at_counter.post(there, pay(2_000, agreed="8000", send_code="1"), headers=ENGLISH)
    assert "A code is on its way to 138****0001." in page.content.decode()
    told = sent()
    assert (told["points"], told["store"], told["channel"]) == (2_000, store.name, "sms")
    wrong = at_counter.post(there, pay(2_000, agreed="8000", confirm_code="000000"), headers=ENGLISH)
    assert (wrong.status_code, Purchase.objects.exists()) == (422, False)
    assert "confirm_code" in wrong.context["form"].errors
    other = at_counter.post(there, pay(2_001, agreed="7999", confirm_code=told["code"]))
    assert (other.status_code, Purchase.objects.exists()) == (422, False)
    form = pay(2_000, agreed="8000", confirm_code=told["code"])
    done = at_counter.post(there, form)
    again = at_counter.post(there, form)
    assert (done.status_code, again["Location"], balances(wanqing)[0]) == (302, done["Location"], 3_000)
    assert at_counter.post(there, pay(2_000, "R2", agreed="8000", confirm_code=told["code"])).status_code == 422
    row = CounterConfirmation.objects.get()
    assert (row.points, row.used_at) == (2_000, clock.now())
    assert AuditRecord.objects.filter(action="counter.confirm", member_id=wanqing.pk).count() == 1


def test_a_code_that_was_right_need_not_be_sent_again_when_something_else_was_wrong(
    at_counter: Client, card: Card, wanqing: Member, store: Store
) -> None:
    rich(wanqing, 5_000)
    there = f"/counter/cards/{card.public_id}/purchase/"
    at_counter.post(there, pay(2_000, send_code="1"))
    form = pay(2_000, confirm_code=sent()["code"])
    assert at_counter.post(there, {**form, "agreed": "7777"}).status_code == 409
    assert at_counter.post(there, {**form, "agreed": "8000"}).status_code == 302
    assert balances(wanqing)[0] == 3_000


def test_the_code_of_the_card_can_be_scanned_where_the_yes_is_asked_for(
    at_counter: Client, card: Card, wanqing: Member, stranger: Member, store: Store
) -> None:
    rich(wanqing, 5_000)
    cup = gift(price=600, store=store)
    there = f"/counter/cards/{card.public_id}/rewards/{cup.pk}/"
    line = LineFactory.create(order=OrderFactory.create(member=stranger))
    other = ActiveCardFactory.create(order_line=line)
    foreign = at_counter.post(there, {"key": "0" * 32, "confirm_code": codes.make(other)}, headers=ENGLISH)
    assert "This is not the code of a card in use of this member." in foreign.content.decode()
    assert (foreign.status_code, SpentCode.objects.exists()) == (422, False)
    with clock.stopped(clock.now() - dt.timedelta(minutes=2)):
        old = codes.make(card)
    assert at_counter.post(there, {"key": "0" * 32, "confirm_code": old}).status_code == 422
    code = codes.make(card).lower()
    done = at_counter.post(there, {"key": "0" * 32, "confirm_code": code})
    again = at_counter.post(there, {"key": "0" * 32, "confirm_code": code})
    assert (done.status_code, again["Location"], RewardOrder.objects.count()) == (302, done["Location"], 1)


def test_a_card_that_was_stopped_confirms_nothing(card: Card, wanqing: Member, store: Store, clerk: User) -> None:
    looking.look_up(codes.make(card), clerk=clerk, store=store)
    assert confirming.asked(rich(wanqing, 900), 600, clerk=clerk, store=store) is None
    Card.objects.filter(pk=card.pk).update(state="suspended", suspension="lost")
    assert confirming.asked(wanqing, 600, clerk=clerk, store=store)
    code = codes.make(card)
    assert refused(confirming.confirm, wanqing, code, 600, clerk=clerk, store=store) == "code_of_another_member"


def test_whom_no_code_can_reach_shows_her_card(wanqing: Member, store: Store, clerk: User) -> None:
    Member.objects.filter(pk=rich(wanqing, 900).pk).update(phone=None, phone_index=None, email=None, email_index=None)
    her = Member.objects.get(pk=wanqing.pk)
    asks = confirming.asked(her, 600, clerk=clerk, store=store)
    assert asks == confirming.Asked(600, None)
    for act in (
        lambda: confirming.send_code(her, 600, clerk=clerk, store=store, language="en"),
        lambda: confirming.confirm(her, "123456", 600, clerk=clerk, store=store),
    ):
        assert refused(act) == "points_confirmed_by_card"


def test_without_a_phone_the_code_goes_by_mail(wanqing: Member, store: Store, clerk: User) -> None:
    her = Member.objects.get(pk=rich(wanqing, 900).pk)
    her.phone, her.email = None, "wanqing@example.com"
    her.save()
    confirming.send_code(her, 600, clerk=clerk, store=store, language="zh-hans")
    assert sent()["channel"] == "email"
    confirming.confirm(her, sent()["code"], 600, clerk=clerk, store=store)
    confirming.require(her, 600, clerk=clerk, store=store)
    assert refused(confirming.require, her, 600, clerk=clerk, store=store) == "points_unconfirmed"


def test_a_gift_that_waits_is_handed_to_whoever_shows_its_code_or_says_yes(
    at_counter: Client, card: Card, wanqing: Member, store: Store
) -> None:
    first, second = (reserve(rich(wanqing, 2_000), gift(f"g{n}", price=900, store=store), store) for n in range(2))
    listed = at_counter.get(f"/counter/cards/{card.public_id}/rewards/").content.decode()
    assert first.code[4:] not in listed
    there = f"/counter/gifts/{first.pk}/"
    page = at_counter.get(there, headers=ENGLISH).content.decode()
    assert (ASKS in page, first.code[4:] in page) == (True, False)
    assert at_counter.post(there).status_code == 422
    at_counter.post("/counter/gifts/", {"code": first.code})
    assert ASKS not in at_counter.get(there, headers=ENGLISH).content.decode()
    assert at_counter.post(there).status_code == 302
    there = f"/counter/gifts/{second.pk}/"
    at_counter.post(there, {"send_code": "1"})
    assert at_counter.post(there, {"confirm_code": sent()["code"]}).status_code == 302
    assert set(RewardOrder.objects.values_list("state", flat=True)) == {"collected"}


@pytest.fixture
def number(product: Product, store: Store) -> Any:
    return shop.stock(product.series, 1, store=store)[0]


def test_a_card_is_sold_for_a_members_points_with_her_yes(
    at_counter: Client, buyer: Member, product: Product, number: Any
) -> None:
    rich(buyer, 50_000)
    form = {
        "product": product.code, "phone": "138 1234 0001", "name": "林婉清", "document_kind": "", "document_number": "",
        "card_number": number.number, "parts": "1", "agree": "on", "method": "cash", "tendered": "", "points": "30,000",
        "key": "0" * 32, "text": shop.agreed().text.pk,
    }  # fmt: skip
    page = at_counter.post("/counter/sell/", form, headers=ENGLISH).content.decode()
    assert ASKS in page
    assert re.search(r'<input[^>]*name="confirm_code"[^>]*autofocus', page)
    assert not re.search(r'<input[^>]*name="tendered"[^>]*autofocus', page)
    paid = form | {"agreed": "99900", "tendered": "1,000.00"}
    answer = at_counter.post("/counter/sell/", paid, headers=ENGLISH)
    assert (answer.status_code, Order.objects.exists(), balances(buyer)[0]) == (422, False, 50_000)
    assert 'name="agreed" value="99900"' in answer.content.decode()
    note = at_counter.post("/counter/sell/", form | {"agreed": "99900", "send_code": "1"}, headers=ENGLISH)
    assert "A code is on its way" in note.content.decode()
    done = at_counter.post("/counter/sell/", paid | {"confirm_code": sent()["code"]})
    again = at_counter.post("/counter/sell/", paid | {"confirm_code": sent()["code"]})
    assert (done.status_code, again.headers["Location"]) == (302, done.headers["Location"])
    assert (balances(buyer)[0], broken("cards.invariants.buying")) == (20_000, [])


def test_nobody_without_a_counter_sends_a_code(wanqing: Member, store: Store, stranger: Member) -> None:
    assert stranger.user
    with pytest.raises(Refusal) as error:
        confirming.send_code(rich(wanqing), 600, clerk=stranger.user, store=store, language="en")
    assert (error.value.status, Message.objects.filter(event="points.counter_code").exists()) == (403, False)
