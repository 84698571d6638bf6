"""What members, clerks and colleagues see of tiers, and what a tier brings to a renewal (LOY-03, CARD-16, CARD-18)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from cards.models import Card
from cards.queries import renewals as choices
from core import approvals, clock, sweeps
from core.models import Approval, User
from loyalty.models import MemberTier, PointTransaction, TierHold
from loyalty.operations import purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member
from tests import factories
from tests.cards import shop
from tests.cards.renewal.conftest import card as renewable  # noqa: F401
from tests.cards.renewal.conftest import place as renew
from tests.cards.shop import *  # noqa: F403
from tests.loyalty.conftest import balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday", "store")]


def bought(member: Member, minor: int, key: str = "a") -> Any:
    return purchases.record(member, [Line(minor)], arrival=Arrival("api", key, clock.now()))


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def herself(wanqing: Member) -> Client:
    browser = Client(headers={"accept-language": "en"})
    assert wanqing.user is not None
    wanqing.user.language = "en"
    wanqing.user.save()
    browser.force_login(wanqing.user)
    return browser


def colleague(*roles: str) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(factories.StaffFactory.create(roles=dict.fromkeys(roles), language="en"))
    return browser


def test_the_page_answers_what_is_missing_until_when_and_why(herself: Client, wanqing: Member) -> None:
    assert "Still ¥2,000, or 12 visits and 30 activity points to Silver." in text(herself.get("/me/tier/"))
    bought(wanqing, 757_000)
    shown = text(herself.get("/me/tier/"))
    for said in ("Still ¥430, or 35 visits and 60 activity points to Gold, by 22 November 2027.",
                 "Yours through 30 November 2027",
                 "You met the standard of Silver.", "points × 1.5 for every purchase"):  # fmt: skip
        assert said in shown
    assert ('data-tier="silver"' in shown, "style=" in shown) == (True, False)


def test_in_grace_the_page_says_what_still_saves_the_tier(herself: Client, wanqing: Member) -> None:
    bought(wanqing, 800_000)
    with clock.stopped(dt.datetime(2027, 12, 5, 4, tzinfo=dt.UTC)):
        sweeps.run("tiers.evaluate")
        shown = text(herself.get("/me/tier/"))
    assert "The promise ended on 30 November 2027; the tier is kept through the grace until 30 December 2027." in shown
    assert "To keep it: still ¥6,400, or 29 visits and 48 activity points, by 30 December 2027." in shown


def test_the_page_speaks_chinese_and_the_highest_tier_has_no_next(herself: Client, wanqing: Member) -> None:
    bought(wanqing, 2_000_000)
    assert "This is the highest tier." in text(herself.get("/me/tier/"))
    herself.post("/language/", {"language": "zh-hans"}, follow=True)
    with translation.override("zh-hans"):
        assert "白金会员" in text(herself.get("/me/tier/", headers={"accept-language": "zh-hans"}))


def test_counter_and_wallet_show_the_tier(at_counter: Client, card: Card, herself: Client, wanqing: Member) -> None:
    bought(wanqing, 800_000)
    panel = text(at_counter.get(f"/counter/cards/{card.public_id}/"))
    assert 'data-tier="gold"' in panel
    assert "Gold" in panel
    assert 'href="/me/tier/"' in text(herself.get(f"/me/cards/{card.public_id}/"))


def test_the_board_counts_moves_and_names_who_will_lose_a_tier(wanqing: Member) -> None:
    bought(wanqing, 800_000)
    with clock.stopped(dt.datetime(2027, 11, 25, 4, tzinfo=dt.UTC)):
        shown = text(colleague("operations_director").get("/admin/loyalty/tierchange/board/"))
    assert f"/admin/members/member/{wanqing.pk}/" in shown
    assert "¥6,400, or 29 visits and 48 activity points" in shown
    assert colleague("clerk").get("/admin/loyalty/tierchange/board/").status_code in (302, 403)


def test_a_guarantee_is_asked_for_on_a_page_decided_in_the_inbox_and_seen_on_the_members_page(wanqing: Member) -> None:
    service, page = colleague("member_service"), f"/admin/loyalty/tierhold/of/{wanqing.pk}/"
    wrong = service.post(page, {"tier": "gold", "ends_on": "2026-11-01", "reason": "For the fair."})
    assert (wrong.status_code, "Choose a day from today on" in text(wrong)) == (422, True)
    assert service.post(page, {"tier": "diamond", "ends_on": "\x00", "reason": ""}).status_code == 422
    assert service.post(page, {"tier": "gold", "ends_on": "2027-03-01", "reason": "For the fair."}).status_code == 302
    director: User = factories.StaffFactory.create(roles={"operations_director": None})
    approvals.approve(Approval.objects.get(), by=director)
    assert (TierHold.objects.get().tier, MemberTier.objects.get().tier) == ("gold", "gold")
    shown = text(service.get(f"/admin/members/member/{wanqing.pk}/"))
    assert "Gold through 1 March 2027" in shown
    assert service.get("/admin/loyalty/tierhold/of/999999/").status_code == 404
    assert colleague("clerk").get(page).status_code in (302, 403, 404)


def test_a_renewal_brings_the_offer_of_the_tier_and_its_points_come_back_once(renewable: Card) -> None:  # noqa: F811
    holder = renewable.holder
    assert holder is not None
    assert choices.choices(renewable, day=clock.today())[0].quote.points_back_bps == 0
    bought(holder, 2_000_000)
    one = choices.choices(renewable, day=clock.today())[0].quote
    assert (one.points_back_bps, one.has("tier_event_priority")) == (1_000, True)
    before = balances(holder)
    order = renew(renewable)
    assert sweeps.run("tiers.points_back").done == 0
    shop.pay(order)
    assert sweeps.run("tiers.points_back").done == 1
    assert sweeps.run("tiers.points_back").done == 0
    order.refresh_from_db()
    given = PointTransaction.objects.get(source="renewal-back")
    assert (given.external_id, given.points) == (str(order.pk), order.total_minor // 1_000)
    assert balances(holder)[0] == before[0] + given.points
