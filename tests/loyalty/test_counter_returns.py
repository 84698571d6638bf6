"""A purchase told line by line, and what comes back to the counter: found by its receipt, whole or in part, once."""

import re
from typing import Any

import pytest
from django.test import Client

from cards.models import Card
from core.models import Store
from loyalty.models import Purchase, PurchaseReturn
from members.models import Member
from tests.loyalty.conftest import balances
from tests.loyalty.shelf import rich

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday", "store")]
LINES = {"category_1": "Wine", "quantity_1": "2", "paid_1": "100", "category_2": "food", "paid_2": "20.50"}


def buy(browser: Client, card: Card, **form: str) -> Any:
    return browser.post(f"/counter/cards/{card.public_id}/purchase/", {"receipt": "r-17", **form}, follow=True)


def key_on(browser: Client, purchase: Purchase) -> str:
    page = browser.get(f"/counter/purchases/{purchase.pk}/return/").content.decode()
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def take_back(browser: Client, purchase: Purchase, **form: str) -> Any:
    key = form.pop("key", None) or key_on(browser, purchase)
    return browser.post(f"/counter/purchases/{purchase.pk}/return/", {"key": key, **form}, follow=True)


@pytest.fixture
def bought(at_counter: Client, card: Card) -> Purchase:
    buy(at_counter, card, **LINES)
    return Purchase.objects.get()


def test_lines_add_up_to_the_amount_and_keep_their_category(bought: Purchase, wanqing: Member) -> None:
    lines = [(line.category, line.quantity, line.net_minor) for line in bought.lines.order_by("position")]
    assert lines == [("wine", 2, 10_000), ("food", 1, 2_050)]
    assert (bought.net_minor, balances(wanqing)[1]) == (12_050, 120)


def test_the_same_receipt_with_other_lines_is_refused(at_counter: Client, card: Card, bought: Purchase) -> None:
    assert buy(at_counter, card, **LINES).status_code == 200
    assert buy(at_counter, card, amount="120.50").status_code == 409
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [{**LINES, "amount": "99"}, {"category_1": "wine"}, {"paid_1": "-1"}, {"paid_1": "10", "quantity_1": "0"}, {}],
)
def test_lines_that_do_not_fit_are_an_error_and_nothing_is_lost(
    at_counter: Client, card: Card, form: dict[str, str]
) -> None:
    answer = buy(at_counter, card, **form)
    assert (answer.status_code, Purchase.objects.count()) == (422, 0)
    assert 'value="r-17"' in answer.content.decode()


def test_a_part_comes_back_and_then_the_rest(at_counter: Client, bought: Purchase, wanqing: Member) -> None:
    page = take_back(at_counter, bought, back_1="1").content.decode()
    assert "¥50.00 back" in page
    assert "50 points went back with it." in page
    assert balances(wanqing)[1] == 70
    assert "¥70.50 back" in take_back(at_counter, bought, whole="1").content.decode()
    assert (balances(wanqing), PurchaseReturn.objects.count()) == ((0, 0, 0, 0), 2)
    assert (
        "All of it has come back already." in at_counter.get(f"/counter/purchases/{bought.pk}/return/").content.decode()
    )


def test_the_same_form_sent_twice_is_one_return(at_counter: Client, bought: Purchase, wanqing: Member) -> None:
    for form, left in (({"back_1": "1"}, 70), ({"whole": "1"}, 0)):
        key = key_on(at_counter, bought)
        first, again = (take_back(at_counter, bought, key=key, **form) for _ in range(2))
        assert (first.status_code, again.redirect_chain) == (200, first.redirect_chain)
        assert balances(wanqing)[1] == left
    assert PurchaseReturn.objects.count() == 2


@pytest.mark.parametrize(
    "form", [{}, {"back_1": "3"}, {"back_1": "-1"}, {"back_1": "x"}, {"back_1": "0"}, {"key": "zz", "back_1": "1"}]
)
def test_what_cannot_come_back_is_said_on_the_form(at_counter: Client, bought: Purchase, form: dict[str, str]) -> None:
    assert (take_back(at_counter, bought, **form).status_code, PurchaseReturn.objects.count()) == (422, 0)


def test_it_is_found_by_its_receipt_or_by_the_card_and_only_where_it_was_bought(
    at_counter: Client, card: Card, bought: Purchase, other_store: Store
) -> None:
    link = f'href="/counter/purchases/{bought.pk}/return/"'
    assert (
        f'href="/counter/returns/?card={card.public_id}"'
        in at_counter.get(f"/counter/cards/{card.public_id}/").content.decode()
    )
    for query in ("receipt=r-17", "receipt=R-17", f"card={card.public_id}"):
        assert link in at_counter.get(f"/counter/returns/?{query}").content.decode()
    assert "No purchase of this store" in at_counter.get("/counter/returns/?receipt=R-18").content.decode()
    assert at_counter.get("/counter/returns/?receipt=%00&card=nonsense").status_code in {200, 400}
    Purchase.objects.update(store=other_store)
    assert link not in at_counter.get("/counter/returns/?receipt=r-17").content.decode()
    assert at_counter.get(f"/counter/purchases/{bought.pk}/return/").status_code == 404


@pytest.mark.usefixtures("on_a_monday", "her_yes")
def test_lines_and_points_are_agreed_to_together_and_count_once(
    at_counter: Client, card: Card, wanqing: Member
) -> None:
    rich(wanqing, 5_000)
    page = buy(at_counter, card, **LINES, points="2000").content.decode()
    assert Purchase.objects.count() == 0
    for name, value in (*LINES.items(), ("agreed", "10050")):
        assert f'name="{name}" value="{value}"' in page
    for _ in range(2):
        assert buy(at_counter, card, **LINES, points="2000", agreed="10050").status_code == 200
    bought = Purchase.objects.get()
    lines = [(line.category, line.quantity, line.net_minor) for line in bought.lines.order_by("position")]
    assert lines == [("wine", 2, 8_340), ("food", 1, 1_710)]
    other = {**LINES, "paid_1": "90", "paid_2": "30.50"}
    assert buy(at_counter, card, **other, points="2000", agreed="10050").status_code == 409
    assert balances(wanqing) == (3_000, 100, 0, 0)
    take_back(at_counter, bought, whole="1")
    assert balances(wanqing) == (5_000, 0, 0, 0)
