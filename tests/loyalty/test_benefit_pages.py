"""The member's list, the reserve form, the clerk's keys, the back office's catalogue, as they are clicked."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cards.models import Card
from core import approvals, clock
from core.models import Approval, Store, User
from loyalty.models import Adviser, Benefit, BenefitGrant, BenefitRedemption, BenefitReservation
from loyalty.operations import advisers
from members.models import Member
from tests import factories
from tests.cards.factories import EntitlementFactory
from tests.loyalty.benefits_cast import a_benefit, a_grant, a_point, on_tier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday", "store")]
ENGLISH: dict[str, Any] = {"headers": {"accept-language": "en"}}


@pytest.fixture(autouse=True)
def _english(wanqing: Member) -> None:
    assert wanqing.user is not None
    wanqing.user.language = "en"
    wanqing.user.save()


def panel(card: Card) -> str:
    return f"/counter/cards/{card.public_id}/"


def post(browser: Client, address: str, **data: object):
    return browser.post(address, {"key": str(uuid.uuid4()), "quantity": 1} | data, follow=True)


def test_the_clerk_redeems_with_one_key_and_undoes_it(at_counter: Client, card: Card, wanqing: Member) -> None:
    lounge = a_benefit("lounge", "tier", from_tier="gold", name="Lounge", per_month=2)
    shown = at_counter.get(panel(card)).content.decode()
    assert "This benefit begins with the tier: Gold." in shown
    on_tier(wanqing, "gold")
    address = f"{panel(card)}benefits/{lounge.pk}/"
    assert f'href="{address}"' in at_counter.get(panel(card)).content.decode()
    assert "Redeem now" in at_counter.get(address).content.decode()
    answer = post(at_counter, address).content.decode()
    assert "Recorded." in answer
    assert "1 left now" in answer
    use = BenefitRedemption.objects.get()
    undo = f"/counter/redemptions/{use.pk}/undo/"
    assert f'href="{undo}"' in at_counter.get(panel(card)).content.decode(), "the key U of the panel"
    assert "Taken back" in post(at_counter, undo, reason="not served").content.decode()


def test_a_refusal_at_the_counter_says_when(at_counter: Client, card: Card) -> None:
    lounge = a_benefit(per_day=1)
    address = f"{panel(card)}benefits/{lounge.pk}/"
    post(at_counter, address)
    refused = post(at_counter, address)
    assert refused.status_code == 409
    assert "24\N{NO-BREAK SPACE}November 2026" in refused.content.decode()


def test_the_same_form_twice_counts_once(at_counter: Client, card: Card) -> None:
    lounge, key = a_benefit(), str(uuid.uuid4())
    for _ in range(2):
        assert post(at_counter, f"{panel(card)}benefits/{lounge.pk}/", key=key).status_code == 200
    assert BenefitRedemption.objects.count() == 1


@pytest.mark.parametrize("bad", [{"quantity": "0"}, {"quantity": "9" * 30}, {"key": "no"}, {"quantity": "\x00"}])
def test_what_no_one_means_is_an_error_of_the_form(at_counter: Client, card: Card, bad: dict[str, str]) -> None:
    lounge = a_benefit()
    assert post(at_counter, f"{panel(card)}benefits/{lounge.pk}/", **bad).status_code == 422
    assert not BenefitRedemption.objects.exists()


def test_another_members_grant_is_as_good_as_missing(at_counter: Client, card: Card, stranger: Member) -> None:
    grant = a_grant(stranger, a_benefit("wine", "event"))
    for address in (f"grants/{grant.pk}/", "grants/999999/", "benefits/999999/", "reservations/999999/"):
        assert at_counter.get(panel(card) + address).status_code == 404


def test_reserved_on_the_phone_redeemed_at_the_counter(
    her_phone: Client, at_counter: Client, card: Card, store: Store, other_store: Store
) -> None:
    lounge = a_benefit(name="Lounge", per_month=1)
    point = a_point(store)
    page = her_phone.get("/me/benefits/", **ENGLISH).content.decode()
    address = f"/me/cards/{card.public_id}/reserve/b{lounge.pk}/"
    assert f'href="{address}"' in page
    form = her_phone.get(address, **ENGLISH)
    assert [slot.is_free for slot in form.context["choice"].slots][:3] == [False, False, True]
    told = post(her_phone, address, point=point.pk, day="2026-11-23", time="15:00").content.decode()
    row = BenefitReservation.objects.get()
    assert "Reserved for you" in told
    assert row.starts_at == dt.datetime(2026, 11, 23, 15, tzinfo=clock.zone())
    counter = at_counter.get(panel(card)).content.decode()
    assert "Reserved for 15:00" in counter
    done = post(at_counter, f"{panel(card)}reservations/{row.pk}/")
    assert "Recorded." in done.content.decode()
    again = post(at_counter, f"{panel(card)}reservations/{row.pk}/")
    assert (again.status_code, BenefitRedemption.objects.count()) == (409, 1)


def test_the_member_and_the_clerk_cancel(her_phone: Client, at_counter: Client, card: Card, store: Store) -> None:
    lounge, point = a_benefit(), a_point(store)
    address = f"/me/cards/{card.public_id}/reserve/b{lounge.pk}/"
    for time in ("15:00", "16:00"):
        post(her_phone, address, point=point.pk, day="2026-11-23", time=time)
    first, second = BenefitReservation.objects.order_by("pk")
    assert her_phone.get(f"/me/reservations/{first.pk}/cancel/").status_code == 405
    post(her_phone, f"/me/reservations/{first.pk}/cancel/")
    post(at_counter, f"{panel(card)}reservations/{second.pk}/cancel/")
    assert set(BenefitReservation.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_strangers_reservation_and_card_are_as_good_as_missing(
    her_phone: Client, card: Card, store: Store, stranger: Member
) -> None:
    lounge, point = a_benefit(), a_point(store)
    post(her_phone, f"/me/cards/{card.public_id}/reserve/b{lounge.pk}/", point=point.pk, day="2026-11-23", time="15:00")
    row = BenefitReservation.objects.get()
    his = Client()
    assert stranger.user is not None
    his.force_login(stranger.user)
    assert his.post(f"/me/reservations/{row.pk}/cancel/").status_code == 404
    assert his.get(f"/me/cards/{card.public_id}/reserve/b{lounge.pk}/").status_code == 404
    for unknown in ("b999", "c1", "g1", "x1", "b" + "9" * 40, "b"):
        assert her_phone.get(f"/me/cards/{card.public_id}/reserve/{unknown}/").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [{"time": "25:99"}, {"time": "\x00"}, {"day": "2026-02-31"}, {"point": "9" * 30}, {"key": ""}, {"time": "03:00"},
     {"point": "999999"}, {"day": "9999-12-31"}],
)  # fmt: skip
def test_a_slot_that_does_not_exist_is_said_so(
    her_phone: Client, card: Card, store: Store, bad: dict[str, str]
) -> None:
    lounge, point = a_benefit(), a_point(store)
    given = {"point": point.pk, "day": "2026-11-23", "time": "15:00"} | bad
    answer = post(her_phone, f"/me/cards/{card.public_id}/reserve/b{lounge.pk}/", **given)
    assert (answer.status_code, BenefitReservation.objects.count()) == (422, 0)
    assert 'role="alert"' in answer.content.decode()


def test_the_list_says_what_is_now_later_and_of_a_higher_tier(
    her_phone: Client, at_counter: Client, card: Card, wanqing: Member, service_agent: User
) -> None:
    EntitlementFactory.create(version=card.version, name="Breakfast", per_day=2)
    a_benefit("wrap", name="Gift wrapping")
    a_benefit("later", name="Spring tea", starts_on=dt.date(2027, 3, 1))
    a_benefit("lounge", "tier", from_tier="platinum", name="Lounge")
    a_benefit("suite", "tier", from_tier="gold", name="Suite")
    a_grant(wanqing, a_benefit("wine", "event", name="Wine"))
    on_tier(wanqing, "gold")
    page = her_phone.get("/me/benefits/", **ENGLISH)
    names = {part: [one.entitlement.name for one in page.context[part]] for part in ("now", "later", "of_tiers")}
    assert names == {
        "now": ["Breakfast", "Wine", "Gift wrapping", "Suite"],
        "later": ["Spring tea"],
        "of_tiers": ["Lounge"],
    }
    text = page.content.decode()
    assert "This benefit begins on 1\N{NO-BREAK SPACE}March 2027." in text
    assert 'data-tier="gold"' in text
    on_tier(wanqing, "platinum")
    assert advisers.settle([wanqing.pk]) == 1
    assert "Gao Yun" in her_phone.get("/me/benefits/", **ENGLISH).content.decode()


def test_advisers_follow_the_tier_and_share_the_work(service_agent: User, director: User) -> None:
    members = factories.MemberFactory.create_batch(4)
    other = factories.StaffFactory.create(roles={"member_service": None})
    for member in members:
        on_tier(member, "platinum")
    keys = sorted(member.pk for member in members)
    assert (advisers.settle(keys), advisers.settle(keys)) == (4, 0)
    assert Adviser.objects.filter(person=other).count() == 2
    on_tier(members[0], "gold")
    assert list(advisers.due().values_list("pk", flat=True)) == [members[0].pk]
    advisers.settle(keys)
    assert not Adviser.objects.filter(member=members[0]).exists()
    assert advisers.due().count() == 0


def test_the_members_page_asks_as_often_for_thirty_benefits_as_for_three(
    her_phone: Client, card: Card, wanqing: Member
) -> None:
    def asked() -> int:
        her_phone.get("/me/benefits/")
        with CaptureQueriesContext(connection) as seen:
            her_phone.get("/me/benefits/")
        return len(seen)

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            a_benefit(f"basic-{number}", per_day=1)
            a_grant(wanqing, a_benefit(f"event-{number}", "event"))

    grow(0, 3)
    few = asked()
    grow(3, 15)
    assert asked() == few


# the back office


def office(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


TERMS = {"name": "Lounge", "name_zh_hans": "贵宾厅", "from_tier": "gold", "per_month": "4", "starts_on": "2026-11-23",
         "value_minor": "68.00", "cost_minor": "19"}  # fmt: skip


def test_drafted_by_one_approved_by_another_revised_and_retired(planner: User, director: User) -> None:
    desk = office(planner)
    begun = desk.post("/admin/loyalty/benefit/add/", {"code": "lounge", "kind": "tier"}, follow=True)
    benefit = Benefit.objects.get()
    page = f"/admin/loyalty/benefit/{benefit.pk}/"
    assert begun.redirect_chain[-1][0] == f"{page}change/"
    desk.post(f"{page}change/", TERMS)
    desk.post(f"{page}do/submit/", {"reason": "For gold and above"})
    asked = Approval.objects.get()
    assert (asked.before, asked.after["per_month"], asked.after["value_minor"]) == ({}, 4, 6_800)
    assert (
        "from which tier on"
        in office(director).get(f"/admin/core/approval/{asked.pk}/change/").content.decode().lower()
    )
    approvals.approve(asked, by=director)
    desk.post(f"{page}do/revise/")
    desk.post(f"{page}change/", TERMS | {"per_month": "2"})
    desk.post(f"{page}do/submit/", {"reason": "Too many"})
    second = Approval.objects.exclude(pk=asked.pk).get()
    assert (second.before["per_month"], second.after["per_month"]) == (4, 2)
    approvals.reject(second, by=director, reason="Leave it")
    desk.post(f"{page}do/discard/")
    desk.post(f"{page}do/retire/", {"reason": "Nobody comes"})
    approvals.approve(Approval.objects.get(state="pending"), by=director)
    benefit.refresh_from_db()
    assert benefit.retired_on == dt.date(2026, 11, 23)


def test_who_may_only_look_drafts_nothing(director: User, planner: User) -> None:
    version = a_benefit()
    page = f"/admin/loyalty/benefit/{version.benefit_id}/"
    desk = office(director)
    assert desk.get(f"{page}change/").status_code == 200
    assert desk.post(f"{page}do/revise/").status_code == 403
    assert desk.get(f"{page}do/revise/").status_code == 405
    assert office(planner).post(f"{page}do/nonsense/").status_code == 404


def test_a_draft_that_could_never_be_given_is_refused(planner: User) -> None:
    desk = office(planner)
    desk.post("/admin/loyalty/benefit/add/", {"code": "lounge", "kind": "tier"})
    page = f"/admin/loyalty/benefit/{Benefit.objects.get().pk}/"
    assert desk.post(f"{page}change/", TERMS | {"per_month": "9" * 20}).status_code == 422
    assert desk.post(f"{page}change/", TERMS | {"value_minor": "1e309"}).status_code == 422
    desk.post(f"{page}change/", TERMS | {"from_tier": ""})
    told = desk.post(f"{page}do/submit/", {"reason": "Now"}, follow=True).content.decode()
    assert "A benefit of a tier says from which tier on." in told
    assert not Approval.objects.exists()
    assert desk.post("/admin/loyalty/benefit/add/", {"code": "lounge", "kind": "tier"}).status_code == 422


def test_an_events_benefit_is_granted_by_member_number(planner: User, wanqing: Member) -> None:
    version, desk = a_benefit("wine", "event"), office(planner)
    given = {"member": wanqing.number, "benefit": version.pk, "uses": 2, "last_valid_on": "2026-12-31", "reason": "Came",
             "key": str(uuid.uuid4())}  # fmt: skip
    address = "/admin/loyalty/benefitgrant/add/"
    assert desk.post(address, given | {"member": "nobody\x00"}).status_code == 422
    assert desk.post(address, given | {"last_valid_on": "2020-01-01"}).status_code == 422
    for _ in range(2):
        assert desk.post(address, given).status_code == 302
    assert BenefitGrant.objects.get().uses == 2


def test_the_evaluation_counts_net_uses_reach_and_cost_and_suggests(
    director: User, card: Card, wanqing: Member, store: Store, at_counter: Client
) -> None:
    lounge = a_benefit(value_minor=1_000, cost_minor=900)
    a_benefit("unused")
    for _ in range(3):
        post(at_counter, f"{panel(card)}benefits/{lounge.pk}/")
    undone = BenefitRedemption.objects.latest("pk")
    post(at_counter, f"/counter/redemptions/{undone.pk}/undo/", reason="not served")
    page = office(director).get("/admin/loyalty/benefit/evaluation/")
    found = {one["line"].code: one for one in page.context["lines"]}
    figures = found["lounge"]["line"].figures
    assert (figures.uses, figures.reached, figures.eligible, figures.cost_minor, figures.value_minor) == (
        2,
        1,
        1,
        1_800,
        2_000,
    )
    assert (found["lounge"]["line"].suggestion.because, found["unused"]["line"].suggestion.advice) == ("dear", "retire")
    assert found["lounge"]["line"].by_month[-1] == 2
