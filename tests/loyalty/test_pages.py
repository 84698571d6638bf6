"""A purchase typed in at the counter, and what its member then sees of her points."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cards.models import Card
from core import approvals, clock
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import EarnRule, Purchase
from loyalty.operations import earn_rules, nightly, occasions, till
from loyalty.policy.tasks import Task
from members.models import Member
from tests.loyalty.conftest import balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday", "store")]


def buy(browser: Client, card: Card, amount: str = "120.50", receipt: str = "r-17"):
    return browser.post(
        f"/counter/cards/{card.public_id}/purchase/", {"amount": amount, "receipt": receipt}, follow=True
    )


def test_the_panel_offers_the_verb_for_a_card_with_a_holder(at_counter: Client, card: Card) -> None:
    assert (
        f'href="/counter/cards/{card.public_id}/purchase/"'
        in at_counter.get(f"/counter/cards/{card.public_id}/").content.decode()
    )


def test_a_purchase_is_one_short_form_and_its_answer_is_unmistakable(
    at_counter: Client, card: Card, wanqing: Member
) -> None:
    shown = buy(at_counter, card)
    assert "+120 points" in shown.content.decode()
    assert "30 November 2026" in shown.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert balances(wanqing)[1] == 120
    again = buy(at_counter, card)
    assert (again.status_code, balances(wanqing)[1], Purchase.objects.count()) == (200, 120, 1)


def test_a_receipt_that_was_recorded_for_anything_else_is_refused(at_counter: Client, card: Card) -> None:
    buy(at_counter, card)
    refused = buy(at_counter, card, amount="99")
    assert (refused.status_code, Purchase.objects.count()) == (409, 1)
    assert "This receipt has been recorded already." in refused.content.decode()


@pytest.mark.parametrize("amount", ["", "0", "-5", "abc", "1e309", "NaN", "12.345", "9" * 19, "\x00"])
def test_what_is_no_amount_is_an_error_on_the_form_and_keeps_what_was_typed(
    at_counter: Client, card: Card, amount: str
) -> None:
    answer = buy(at_counter, card, amount=amount, receipt="kept-1")
    assert (answer.status_code, Purchase.objects.count()) == (422, 0)
    assert 'value="kept-1"' in answer.content.decode()


def test_a_purchase_is_undone_within_minutes_and_not_later(
    at_counter: Client, card: Card, wanqing: Member, clerk: User
) -> None:
    buy(at_counter, card)
    done = Purchase.objects.get()
    assert "Taken back" in at_counter.post(f"/counter/purchases/{done.pk}/undo/", follow=True).content.decode()
    assert balances(wanqing) == (0, 0, 0, 0)
    buy(at_counter, card, receipt="r-18")
    late = Purchase.objects.get(receipt_number="R-18")
    with clock.stopped(clock.now() + dt.timedelta(minutes=16)), pytest.raises(Refusal) as refused:
        till.undo(late, clerk=clerk)
    assert refused.value.code == "purchase_too_old_to_undo"
    assert balances(wanqing)[1] == 120


def test_undoing_by_get_changes_nothing_and_a_purchase_of_another_store_is_as_good_as_missing(
    at_counter: Client, card: Card, client: Client, other_clerk: User
) -> None:
    buy(at_counter, card)
    done = Purchase.objects.get()
    assert at_counter.get(f"/counter/purchases/{done.pk}/undo/").status_code == 405
    elsewhere = Client()
    elsewhere.force_login(other_clerk)
    for path in (f"/counter/purchases/{done.pk}/", f"/counter/purchases/{done.pk + 999}/"):
        assert elsewhere.get(path).status_code == 404
    assert elsewhere.post(f"/counter/purchases/{done.pk}/undo/").status_code == 404


def test_a_clerk_does_not_record_a_purchase_of_his_own(
    at_counter: Client, card: Card, clerk: User, wanqing: Member
) -> None:
    Member.objects.filter(pk=wanqing.pk).update(user=clerk)
    assert (buy(at_counter, card).status_code, Purchase.objects.count()) == (409, 0)


def test_the_member_sees_what_she_has_what_waits_what_lapses_and_why(
    at_counter: Client, her_phone: Client, card: Card, wanqing: Member, store: Store
) -> None:
    buy(at_counter, card)
    nightly.mature([wanqing.pk], on=clock.today() + dt.timedelta(days=7))
    with translation.override("en"):
        page = her_phone.get("/me/points/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert "Nanjing Road" in text
    assert page.context["account"].available == 120
    assert page.context["next_lapse"] == (dt.date(2028, 11, 30), 120)
    assert [(len(one.reasons), one.pending_until) for one in page.context["rows"]] == [(1, None)]


def test_who_has_no_points_is_told_how_to_get_some(her_phone: Client) -> None:
    assert her_phone.get("/me/points/").status_code == 200


def test_the_page_asks_as_often_for_thirty_entries_as_for_three(
    at_counter: Client, her_phone: Client, card: Card
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            her_phone.get("/me/points/")
        return len(seen)

    for number in range(3):
        buy(at_counter, card, receipt=f"a{number}")
    asked()
    few = asked()
    for number in range(20):
        buy(at_counter, card, receipt=f"b{number}")
    assert asked() == few


def test_she_is_told_how_to_earn_by_what_holds_for_her_and_is_not_done_yet(
    at_counter: Client, her_phone: Client, card: Card, wanqing: Member, planner: User, director: User
) -> None:
    for code, definition in {
        "hers": {"effect": "multiply", "bps": 20_000, "when_weekdays": [1]},
        "for-gold": {"effect": "multiply", "bps": 20_000, "when_tiers": ["gold"]},
        "welcome": {"effect": "bonus", "points": 50, "when_first_only": True},
        "profile": {"kind": "task", "effect": "bonus", "points": 20, "when_codes": ["profile"]},
        "over": {"effect": "bonus", "points": 9, "when_ends_at": (clock.now() - dt.timedelta(days=1)).isoformat()},
    }.items():
        rule = EarnRule.objects.create(code=code, name=f"Rule {code}", name_zh_hans=f"规则 {code}")
        asked = earn_rules.propose(rule, definition, effective_at=clock.now(), reason="agreed", author=planner)
        approvals.approve(asked, by=director)

    def names(language: str = "en") -> list[str]:
        page = her_phone.get("/me/points/", headers={"accept-language": language})
        return [way.name for way in [*page.context["ways"], *page.context["more_ways"]]]

    assert names() == ["Each purchase", "For your birthday", "Rule hers", "Rule welcome", "Rule profile"]
    buy(at_counter, card)
    assert occasions.judge_tasks(Task.PROFILE, [wanqing.pk]) == 1
    assert names() == ["Each purchase", "For your birthday", "Rule hers"]
