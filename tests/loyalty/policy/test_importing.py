"""A row of a file: what it means, and every way in which it can be none."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import importing, matching
from loyalty.policy.importing import Layout, Row
from loyalty.policy.matching import Bought, Wanted

COLUMNS = {name: place for place, name in enumerate(("document", "occurred", "quantity", "price", "sku", "member"))}
LAYOUT = Layout(COLUMNS)
GOOD = {"document": "536365", "occurred": "2010-12-01 08:26:00", "quantity": "6", "price": "2.55", "sku": "85123A",
        "member": "17850.0"}  # fmt: skip


def read(layout: Layout = LAYOUT, /, **changed: str) -> tuple[Row | None, list[str]]:
    row, wrong, _ = importing.read(list((GOOD | changed).values()), layout=layout)
    return row, [f"{one.column} {one.code}" for one in wrong]


def test_a_line_of_a_wholesalers_log() -> None:
    row, wrong = read()
    at = dt.datetime.fromisoformat("2010-12-01T08:26:00")
    assert row == Row("536365", at, False, 1_530, 6, "85123A", member="17850")
    assert wrong == []


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"occurred": "31/12/2010"}, ["occurred date_unreadable"]),
        ({"occurred": "2010-02-29"}, ["occurred date_unreadable"]),
        ({"occurred": "yesterday"}, ["occurred date_unreadable"]),
        ({"occurred": "0001-01-01"}, ["occurred date_unreadable"]),
        ({"occurred": "2010-12-01 25:00"}, ["occurred date_unreadable"]),
        ({"quantity": "0"}, ["quantity quantity_zero"]),
        ({"quantity": "1.5"}, ["quantity quantity_unreadable"]),
        ({"quantity": "many"}, ["quantity quantity_unreadable"]),
        ({"quantity": "9999999"}, ["quantity quantity_unreadable"]),
        ({"price": "1E+17"}, ["price amount_unreadable"]),
        ({"price": "NaN"}, ["price amount_unreadable"]),
        ({"price": ""}, ["price amount_unreadable"]),
        ({"price": "-11062.06"}, ["price price_below_zero"]),
        ({"price": "999999999999999", "quantity": "1000000"}, ["price money_too_large"]),
        ({"document": "5.36365E+17"}, ["document number_in_scientific_form", "document receipt_number_missing"]),
        ({"member": "1.10105E+17"}, ["member number_in_scientific_form"]),
        ({"document": "x" * 41}, ["document text_too_long", "document receipt_number_missing"]),
        ({"document": " \x00 "}, ["document receipt_number_missing"]),
        ({"quantity": "0", "price": "?"}, ["quantity quantity_zero", "price amount_unreadable"]),
    ],
)
def test_what_is_wrong_is_told_with_its_column(changed: dict[str, str], wrong: list[str]) -> None:
    assert read(**changed) == (None, wrong)


@pytest.mark.parametrize(
    ("text", "order"),
    [("2010-12-01", "ymd"), ("2010/12/1", "ymd"), ("01.12.2010", "dmy"), ("12/1/2010", "mdy"), ("2010年12月1日", "ymd"),
     ("2010-12-01T00:00:00.123", "ymd")],
)  # fmt: skip
def test_days_as_people_write_them(text: str, order: str) -> None:
    row, _ = read(Layout(COLUMNS, dates=order), occurred=text)
    assert row is not None
    assert row.occurred.date() == dt.date(2010, 12, 1)


def test_a_return_has_less_than_nothing_and_the_number_that_says_so() -> None:
    marked = Layout(COLUMNS, return_prefix="C")
    row, _ = read(marked, document="C536379", quantity="-1")
    assert row is not None
    assert (row.is_return, row.quantity, row.net_minor) == (True, 1, 255)
    assert read(marked, quantity="-1")[1] == ["quantity return_not_marked"]
    assert read(marked, document="C536379")[1] == ["quantity return_without_minus"]
    plain, _ = read(quantity="-1")
    assert plain is not None
    assert plain.is_return


def test_amounts_of_another_currency_and_with_a_decimal_comma() -> None:
    row, _ = read(Layout(COLUMNS, rate=Decimal("9.1")), price="1,299.00", quantity="1")
    assert row is not None
    assert row.net_minor == 1_182_090
    comma, _ = read(Layout(COLUMNS, decimal_comma=True), price="1.299,50", quantity="1")
    assert comma is not None
    assert comma.net_minor == 129_950
    yen, _ = read(Layout(COLUMNS, decimals=0), price="99.5", quantity="1")
    assert yen is not None
    assert yen.net_minor == 100


def test_a_formula_is_text_like_any_other() -> None:
    row, _ = read(sku='=HYPERLINK("http://x")')
    assert row is not None
    assert row.sku == '=HYPERLINK("http://x")'


@given(st.lists(st.text(max_size=40), min_size=6, max_size=6))
def test_whatever_stands_in_the_cells_it_is_a_row_or_says_what_is_wrong(cells: list[str]) -> None:
    row, wrong, _ = importing.read(cells, layout=LAYOUT)
    assert (row is None) == bool(wrong)
    assert row is None or (row.quantity > 0 and row.net_minor >= 0)


def test_what_a_file_lacks() -> None:
    assert importing.lacking({}) == ["document", "occurred", "amount"]
    assert importing.lacking({"document": 0, "occurred": 1, "price": 2}) == ["amount"]
    assert importing.lacking(COLUMNS) == []


BOUGHT = [Bought(1, 1, "A", 3, (1,)), Bought(2, 1, "A", 2, (2,)), Bought(2, 2, "B", 1, (2,))]


def test_the_newest_purchase_of_an_article_comes_back_first() -> None:
    assert matching.match([Wanted("A", 1)], BOUGHT) == {2: {1: 1}}
    assert matching.match([Wanted("A", 4), Wanted("B", 1)], BOUGHT) == {2: {1: 2, 2: 1}, 1: {1: 2}}
    assert matching.match([Wanted("A", 3), Wanted("A", 2)], BOUGHT) == {2: {1: 2}, 1: {1: 3}}


@pytest.mark.parametrize("wanted", [[Wanted("A", 6)], [Wanted("C", 1)], [Wanted("A", 1), Wanted("B", 2)]])
def test_a_credit_note_is_matched_whole_or_not_at_all(wanted: list[Wanted]) -> None:
    assert matching.match(wanted, BOUGHT) is None
