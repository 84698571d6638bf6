"""CARD-01: the stock of card numbers."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards.models import CardNumber
from cards.operations import activation, numbers
from cards.policy import numbers as rule
from cards.queries import stock
from core.models import AuditRecord, Message, Store, User
from tests.cards import products as shelf
from tests.cards.products import refused, swept

pytestmark = pytest.mark.django_db


def test_ten_thousand_numbers_are_unique_add_up_and_are_written_set_by_set(planner: User):
    series = shelf.series(by=planner, stock=0)
    with CaptureQueriesContext(
        connection,
    ) as few:
        numbers.produce(series, count=1, by=planner)
    with CaptureQueriesContext(connection) as many:
        numbers.produce(series, count=10_000, by=planner)
    assert len(many) - len(few) < 120
    if connection.vendor == "postgresql":
        assert len(many) - len(few) == 1
    made = list(CardNumber.objects.filter(series=series).values_list("number", flat=True))
    assert len(set(made)) == len(made) == 10_001
    assert all(number.startswith("8611") and rule.luhn_digit(number[:-1]) == number[-1] for number in made)
    series.refresh_from_db()
    assert series.next_sequence == 10_002


def test_each_number_has_a_code_of_its_own_kept_sealed_and_compared_by_digest(planner: User):
    series = shelf.series(by=planner, stock=50)
    rows = list(CardNumber.objects.filter(series=series))
    assert len({row.activation_code for row in rows}) == 50
    assert all(row.activation_digest == activation.digest(row.activation_code) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT activation_code FROM cards_cardnumber")
        assert all(sealed.startswith("1:") for (sealed,) in cursor.fetchall())


def test_series_that_could_be_confused_are_refused(planner: User):
    shelf.series(by=planner, stock=0)
    for prefix in ("8611", "86", "86112"):
        with refused("series_overlaps"):
            numbers.open_series(code="other", prefix=prefix, digits=16, low_stock=5, by=planner)
    numbers.open_series(code="other", prefix="8612", digits=16, low_stock=5, by=planner)


def test_a_series_ends_where_its_digits_end(planner: User):
    series = numbers.open_series(code="tiny", prefix="86110000", digits=10, low_stock=1, by=planner)
    with refused("series_exhausted"):
        numbers.produce(series, count=10, by=planner)
    numbers.produce(series, count=9, by=planner)
    with refused("batch_too_large"):
        numbers.produce(series, count=100_001, by=planner)


def test_stock_is_sent_to_a_store_lowest_first_and_never_more_than_there_is(planner: User, store: Store):
    series = shelf.series(by=planner, stock=10)
    assert numbers.send(series, count=4, to=store, by=planner) == 4
    sent = CardNumber.objects.filter(store=store).order_by("id")
    assert list(sent) == list(CardNumber.objects.order_by("id")[:4])
    with refused("stock_too_low"):
        numbers.send(series, count=7, to=store, by=planner)
    assert [(place.store, place.in_stock) for place in stock.places(series)] == [("", 6), ("Nanjing Road", 4)]


def test_a_voided_number_says_why_and_loses_its_code(planner: User):
    number = CardNumber.objects.filter(series=shelf.series(by=planner, stock=1)).get()
    with refused("reason_needed"):
        numbers.void(number, by=planner, reason="")
    numbers.void(number, by=planner, reason="Misprinted")
    number.refresh_from_db()
    assert (number.state, number.void_reason, number.activation_code) == ("void", "Misprinted", "")
    with refused("number_not_in_stock"):
        numbers.void(number, by=planner, reason="Again")


def test_codes_leave_the_house_once_and_the_file_holds_no_formula(planner: User):
    batch = numbers.produce(shelf.series(by=planner, stock=0), count=30, by=planner)
    page = numbers.export(batch, by=planner, reason="For the printer")
    rows = list(csv.reader(io.StringIO(page)))
    assert rows[0] == ["number", "activation code"]
    assert len(rows) == 31
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row)
    first = CardNumber.objects.filter(batch=batch).earliest("id")
    assert rows[1] == [rule.display_number(first.number), rule.display_activation_code(first.activation_code)]
    with refused("batch_exported"):
        numbers.export(batch, by=planner, reason="Once more")
    assert AuditRecord.objects.filter(action="cards.numbers.export", reason="For the printer").count() == 1


def test_who_makes_numbers_is_told_once_that_they_run_out(planner: User, director: User):
    product = shelf.on_sale(by=planner, approver=director, stock=4)
    assert swept("numbers.low-stock") == 1
    assert swept("numbers.low-stock") == 0
    assert Message.objects.filter(event="numbers.low-stock", channel="inbox", recipient=planner).count() == 1
    numbers.produce(product.series, count=100, by=planner)
    assert swept("numbers.low-stock") == 0
    product.series.refresh_from_db()
    assert product.series.low_told_at is None


def test_a_clerk_makes_no_numbers(planner: User, clerk: User):
    series = shelf.series(by=planner, stock=0)
    with refused("not_permitted"):
        numbers.produce(series, count=1, by=clerk)
    assert not CardNumber.objects.exists()
