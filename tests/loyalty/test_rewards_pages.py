"""Rewards in the portal, at the counter and in the back office, as people use them."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from cards.models import Card
from core.models import Store, User
from loyalty.models import Coupon, CouponOffer, Purchase, Reward, RewardOrder
from loyalty.operations import coupons
from members.models import Member
from tests.loyalty.conftest import balances
from tests.loyalty.shelf import coupon, gift, offer, place, reserve, rich

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday", "store")]
ENGLISH = {"accept-language": "en"}


def logged_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def test_the_catalogue_says_what_she_has_what_is_missing_and_what_is_gone(
    her_phone: Client, wanqing: Member, store: Store
) -> None:
    User.objects.filter(member=wanqing).update(language="")
    rich(wanqing, 150)
    gift("cup", store=store)
    gift("lamp", price=400, store=store)
    gift("tote", stock=0, store=store)
    gift("tea", min_tier="gold", store=store)
    gift("secret", state=Reward.State.DRAFT, store=store)
    page = her_phone.get("/me/rewards/", headers=ENGLISH)
    standing = {one.reward.code: (one.code, one.missing) for one in page.context["offered"]}
    assert standing == {
        "cup": ("", 0),
        "tote": ("reward_sold_out", 0),
        "tea": ("reward_tier", 0),
        "lamp": ("reward_points_missing", 250),
    }
    for text in ("150", "250 points are missing", "sold out", "from tier Gold", "only 3 left"):
        assert text in page.content.decode(), text


def test_she_reserves_a_gift_sees_its_code_and_gives_it_up(her_phone: Client, wanqing: Member, store: Store) -> None:
    gift(store=store)
    rich(wanqing)
    page = her_phone.get("/me/rewards/cup/").content.decode()
    asked = {"key": key_on(page), "way": "pick-up", "store": store.pk}
    for _ in range(2):
        shown = her_phone.post("/me/rewards/cup/", asked, follow=True)
    placed = RewardOrder.objects.get()
    assert f"{placed.code[:4]}-{placed.code[4:]}" in shown.content.decode()
    assert balances(wanqing) == (900, 0, 100, 0)
    assert her_phone.get(f"/me/rewards/mine/{placed.code}/cancel/").status_code == 405
    her_phone.post(f"/me/rewards/mine/{placed.code}/cancel/")
    assert (RewardOrder.objects.get().state, balances(wanqing)) == ("cancelled", (1_000, 0, 0, 0))


def test_what_is_another_members_or_not_on_offer_does_not_exist(
    her_phone: Client, wanqing: Member, stranger: Member, store: Store
) -> None:
    reward = gift(store=store)
    placed = reserve(rich(stranger), reward, store)
    gift("draft", state=Reward.State.DRAFT, store=store)
    assert her_phone.post(f"/me/rewards/mine/{placed.code}/cancel/").status_code == 404
    for path in ("/me/rewards/draft/", "/me/rewards/nothing/"):
        assert her_phone.get(path).status_code == 404
    assert RewardOrder.objects.get().state == "reserved"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"way": "pick-up"},
        {"way": "pick-up", "store": "999999"},
        {"way": "pick-up", "store": "\x00"},
        {"way": "delivery", "recipient": "", "phone": "", "address": ""},
        {"way": "delivery", "recipient": "A", "phone": "x", "address": "\x00"},
        {"way": "at-once"},
        {"way": "by-owl", "key": "9" * 1_000},
    ],
)
def test_what_does_not_fit_is_an_error_on_the_form_and_takes_nothing(
    her_phone: Client, wanqing: Member, store: Store, typed: dict[str, Any]
) -> None:
    reward = gift(store=store, can_deliver=True)
    place(reward, 2, None)
    rich(wanqing)
    answer = her_phone.post("/me/rewards/cup/", {"key": str(uuid.uuid4()), **typed})
    assert (answer.status_code, RewardOrder.objects.count(), balances(wanqing)) == (422, 0, (1_000, 0, 0, 0))


def test_a_gift_is_sent_to_the_address_she_gives(
    her_phone: Client, wanqing: Member, store: Store, service_agent: User
) -> None:
    place(gift(store=store, can_deliver=True), 2, None)
    rich(wanqing)
    key = key_on(her_phone.get("/me/rewards/cup/").content.decode())
    typed = {"key": key, "way": "delivery", "recipient": "林婉清", "phone": "13812340001", "address": "南京东路 100 号"}
    her_phone.post("/me/rewards/cup/", typed)
    placed = RewardOrder.objects.get()
    assert (placed.address, placed.phone, placed.store) == ("南京东路 100 号", "+8613812340001", None)
    office = logged_in(service_agent)
    shown = office.get(f"/admin/loyalty/rewardorder/{placed.pk}/change/").content.decode()
    assert "南京东路 100 号" not in shown
    office.post(f"/admin/loyalty/rewardorder/{placed.pk}/decide/send/", {"reason": "SF 12345"})
    assert RewardOrder.objects.get().state == "sent"


def test_the_counter_hands_over_what_waits_by_its_code_and_undoes_it(
    at_counter: Client, card: Card, wanqing: Member, store: Store
) -> None:
    placed = reserve(rich(wanqing), gift(store=store), store)
    listed = at_counter.get(f"/counter/cards/{card.public_id}/rewards/").content.decode()
    assert f"/counter/gifts/{placed.pk}/" in listed
    opened = at_counter.post("/counter/gifts/", {"code": f"{placed.code[:4]} {placed.code[4:]}".lower()})
    assert opened["Location"] == f"/counter/gifts/{placed.pk}/"
    done = at_counter.post(f"/counter/gifts/{placed.pk}/", follow=True)
    assert 'data-verdict="ok"' in done.content.decode()
    assert balances(wanqing) == (900, 0, 0, 0)
    undone = at_counter.post(f"/counter/gifts/{placed.pk}/undo/", follow=True)
    assert 'data-verdict="warn"' in undone.content.decode()
    assert balances(wanqing) == (1_000, 0, 0, 0)


def test_the_counter_redeems_a_gift_on_the_spot_once(
    at_counter: Client, card: Card, wanqing: Member, store: Store
) -> None:
    reward = gift(store=store)
    rich(wanqing)
    path = f"/counter/cards/{card.public_id}/rewards/{reward.pk}/"
    key = key_on(at_counter.get(path).content.decode())
    for _ in range(2):
        assert 'data-verdict="ok"' in at_counter.post(path, {"key": key}, follow=True).content.decode()
    assert (RewardOrder.objects.get().state, balances(wanqing)) == ("collected", (900, 0, 0, 0))


def test_a_code_that_is_none_or_waits_elsewhere_says_so(
    at_counter: Client, wanqing: Member, other_store: Store, store: Store
) -> None:
    elsewhere = reserve(rich(wanqing), gift(store=other_store), other_store)
    assert at_counter.post("/counter/gifts/", {"code": "nonsense \x00"}).status_code == 422
    assert at_counter.post("/counter/gifts/", {"code": "G2222222"}).status_code == 409
    refused = at_counter.post("/counter/gifts/", {"code": elsewhere.code})
    assert (refused.status_code, "Chunxi Road" in refused.content.decode()) == (409, True)
    assert at_counter.get(f"/counter/gifts/{elsewhere.pk}/").status_code == 404


@pytest.mark.usefixtures("on_a_monday", "her_yes")
def test_points_and_a_coupon_at_the_counter_are_agreed_to_before_they_are_taken(
    at_counter: Client, card: Card, wanqing: Member
) -> None:
    mine = coupon(rich(wanqing, 5_000))
    path = f"/counter/cards/{card.public_id}/purchase/"
    typed = {"amount": "100", "receipt": "r-1", "points": "2,000", "coupon": mine.code.lower()}
    asked = at_counter.post(path, typed)
    assert (asked.context["quote"].pay_minor, Purchase.objects.count()) == (7_000, 0)
    done = at_counter.post(path, {**typed, "agreed": "7000"}, follow=True)
    assert "70.00" in done.content.decode()
    assert (Purchase.objects.get().net_minor, balances(wanqing)[0]) == (7_000, 3_000)
    again = at_counter.post(path, {**typed, "agreed": "7000"}, follow=True)
    assert (again.status_code, Purchase.objects.count()) == (200, 1)
    at_counter.post(f"/counter/purchases/{Purchase.objects.get().pk}/undo/")
    assert (balances(wanqing)[0], Coupon.objects.get().state) == (5_000, "issued")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("points", "6000", "5,000|5000"),
        ("points", "5,001", "There are"),
        ("points", "-1", "whole number"),
        ("points", "9" * 20, "whole number"),
        ("points", "1e5", "whole number"),
        ("coupon", "nothing", "no coupon"),
        ("coupon", "C2222222222F", "no coupon"),
        ("coupon", "\x00", "Null characters"),
    ],
)
def test_what_cannot_pay_is_an_error_on_its_field_and_nothing_is_lost(
    at_counter: Client, card: Card, wanqing: Member, field: str, typed: str, says: str
) -> None:
    rich(wanqing, 5_000)
    path = f"/counter/cards/{card.public_id}/purchase/"
    answer = at_counter.post(path, {"amount": "100", "receipt": "kept-1", field: typed}, headers=ENGLISH)
    page = answer.content.decode()
    assert (answer.status_code, 'value="kept-1"' in page, Purchase.objects.count()) == (422, True, 0)
    assert re.search(says, page), answer.context["form"].errors


def test_the_planner_drafts_a_reward_stocks_it_and_puts_it_on_offer(planner: User, manager: User, store: Store) -> None:
    office = logged_in(planner)
    terms = {"code": "lamp", "name": "Lamp", "points": "500", "icon": "lamp", "tone": "rose", "cost_minor": "12.50"}
    assert office.post("/admin/loyalty/reward/add/", terms).status_code == 302
    reward = Reward.objects.get()
    assert (reward.points, reward.cost_minor, reward.state, reward.kind) == (500, 1_250, "draft", "gift")
    base = f"/admin/loyalty/reward/{reward.pk}/"
    assert office.post(f"{base}change/", {**terms, "points": "0"}).status_code == 422
    office.post(f"{base}change/", {**terms, "points": "600"})
    office.post(f"{base}stock/", {"change": "5", "store": store.pk, "reason": "First delivery"})
    office.post(f"{base}move/on-sale/")
    reward.refresh_from_db()
    assert (reward.points, reward.state, reward.stock.get().quantity) == (600, "on-sale", 5)
    shop = logged_in(manager)
    assert (
        shop.post(f"{base}stock/", {"change": "-9", "store": store.pk, "reason": "x"}, follow=True).status_code == 200
    )
    assert shop.post(f"{base}stock/", {"change": "1", "store": "", "reason": "x"}).status_code == 422
    assert shop.post(f"{base}move/retired/").status_code == 403
    assert reward.stock.get().quantity == 5


def test_coupons_are_made_given_and_exported_inert_for_spreadsheets(planner: User, wanqing: Member) -> None:
    office = logged_in(planner)
    terms = {"code": "wine", "name": "=WINE()", "effect": "percent", "percent": "15", "categories": "wine，food, wine"}
    assert office.post("/admin/loyalty/couponoffer/add/", {**terms, "percent": ""}).status_code == 422
    assert office.post("/admin/loyalty/couponoffer/add/", terms).status_code == 302
    made = CouponOffer.objects.get()
    assert (made.value_bps, made.categories) == (1_500, ["food", "wine"])
    base = f"/admin/loyalty/couponoffer/{made.pk}/"
    assert office.post(f"{base}issue/batch/", {"count": "0", "reason": "x"}).status_code == 422
    office.post(f"{base}issue/batch/", {"count": "3", "reason": "leaflets"})
    batch = made.batches.get()
    coupons.make(batch, most=10)
    given = {"key": str(uuid.uuid4()), "member": wanqing.number, "reason": "late parcel"}
    for _ in range(2):
        office.post(f"{base}issue/grant/", given)
    assert Coupon.objects.filter(member=wanqing).count() == 1
    assert office.post(f"{base}issue/grant/", {**given, "member": "\x00"}).status_code == 422
    export = f"/admin/loyalty/couponoffer/batch/{batch.pk}/export/"
    assert office.post(export, {"reason": ""}).status_code == 302
    answer: Any = office.post(export, {"reason": "printing"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 4
    assert all(line.startswith("C") for line in lines[1:])


def test_a_code_is_found_however_it_is_typed_and_made_void_with_a_reason(planner: User) -> None:
    made = Coupon.objects.create(code="C23456789ABC", offer=offer())
    office = logged_in(planner)
    assert "C234-5678-9ABC" in office.get("/admin/loyalty/coupon/?q=c234-5678-9abc").content.decode()
    office.post(f"/admin/loyalty/coupon/{made.pk}/decide/void/", {"reason": "lost"})
    made.refresh_from_db()
    assert (made.state, made.void_reason) == ("void", "lost")
