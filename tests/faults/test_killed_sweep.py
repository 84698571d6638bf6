"""A night's reminders for twenty thousand cards, killed again and again: each is written once, none is missing."""

import datetime as dt
import random
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, Model

from cards.models import Card, CardNumber, CardReminder, Order, Product
from cards.operations import activation
from cards.policy import numbers
from core import audit, clock, jobs, sweeps
from core.models import JobRun, Message
from tests import factories
from tests.cards import shop
from tests.faults import house

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CARDS, KILLS = 20_000, 4
JOB = "cards.remind_renewal"
NIGHT = """
import django; django.setup()
from cards.jobs import renewal
from core import sweeps
renewal.RemindRenewal.batch = 250
sweeps.run("cards.remind_renewal")
"""


def lived_card(product: Product) -> Card:
    """A card that was ordered, paid, and activated by a member who has no log-in, a year ago; all on record."""
    then = clock.now() - dt.timedelta(days=250)
    with clock.stopped(then):
        member = factories.MemberFactory.create(user=None)
        document = factories.IdentityDocumentFactory.create(member=member)
        order = shop.place(member, product)
        shop.pay(order)
        card = Card.objects.get(order_line__order=order)
        assert order.acceptance is not None
        activation.activate(
            card, holder=member, document=document, channel="web", proof="code", acceptance=order.acceptance
        )
    card.refresh_from_db()
    return card


def copy_rows(row: Model, count: int, **changes: str) -> None:
    """`count` copies of a row in one statement; a change is SQL in which `i` counts the copies from 1."""
    meta = row._meta
    columns = [str(field.column) for field in meta.concrete_fields]
    said = {"id": f"{row.pk} + i", **changes}
    listed = ", ".join(said.get(column, f"base.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({', '.join(columns)}) SELECT {listed} FROM {meta.db_table} base,"
            f" generate_series(1, {count}) i WHERE base.id = {row.pk}"
        )
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{meta.db_table}', 'id'), {row.pk + count})")


def many_cards(card: Card, count: int) -> None:
    """`count` more cards like this one, each of a member of her own, all bought with one order of many lines."""
    member, line, number = card.holder, card.order_line, card.number
    assert member is not None
    series, order = number.series, line.order
    first = series.next_sequence
    CardNumber.objects.bulk_create(
        CardNumber(
            pk=number.pk + i,
            series=series,
            number=numbers.card_number(series.prefix, first + i - 1, digits=series.digits),
            activation_digest=number.activation_digest,
            state=CardNumber.State.ASSIGNED,
        )
        for i in range(1, count + 1)
    )
    series.next_sequence = first + count
    series.save(update_fields=["next_sequence"])
    copy_rows(member, count, number=f"lpad((9100000000 + {member.pk} + i)::text, 10, '0')", phone="NULL",
              phone_index="NULL", email="NULL", email_index="NULL", invite_code="NULL")  # fmt: skip
    whole = _order_of(order, count)
    ends = f"'{clock.today()}'::date + 3 + i % 25"  # in every window of the ladder some
    copy_rows(line, count, order_id=str(whole.pk), position="i")
    copy_rows(card, count, number_id=f"{number.pk} + i", order_line_id=f"{line.pk} + i", holder_id=f"{member.pk} + i",
              purchaser_id=f"{member.pk} + i", public_id="gen_random_uuid()", expected_phone_index="''",
              last_valid_on=ends)  # fmt: skip
    copy_rows(card.terms.get(), count, card_id=f"{card.pk} + i", order_line_id=f"{line.pk} + i", last_valid_on=ends)
    copy_rows(card.activation, count, card_id=f"{card.pk} + i", member_id=f"{member.pk} + i")


def _order_of(order: Order, count: int) -> Order:
    """One order that pays for all of them, with its payment, its history and its record in the trail."""
    events, payment = list(order.events.order_by("pk")), order.payments.get()
    total = order.total_minor * count
    order.pk, order.number, order.placement_key, order.token = None, "BULK-1", "bulk", "bulk"
    order.subtotal_minor = order.total_minor = order.paid_minor = total
    order.save(force_insert=True)
    for event in events:
        event.pk, event.order = None, order
        event.save(force_insert=True)
    payment.pk, payment.order, payment.reference, payment.gateway_reference = None, order, "P-BULK", "bulk"
    payment.amount_minor = payment.received_minor = total
    payment.save(force_insert=True)
    with transaction.atomic():
        audit.record("cards.order.place", subject=order, details={"total_minor": total})
    return order


def progress() -> int:
    return sum(JobRun.objects.filter(job=JOB).values_list("done", flat=True))


def moved(before: int, running: "subprocess.Popen[str]") -> bool:
    return progress() > before or running.poll() is not None


def reminders_of_a_card() -> dict[int, int]:
    per_card = CardReminder.objects.values("card").annotate(n=Count("pk")).order_by()
    found: dict[int, int] = {}
    for row in per_card:
        found[row["n"]] = found.get(row["n"], 0) + 1
    return found


@pytest.fixture
def night(db: Any) -> None:
    card = lived_card(shop.make_product(numbers_in_stock=1))
    house.set_in_order()
    many_cards(card, CARDS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_killed_at_random_moments_each_card_is_reminded_once_and_none_is_missing(night: None, tmp_path: Path) -> None:
    assert house.broken() == {}
    chance, seen = random.Random(15), [0]
    for _ in range(KILLS):
        before = progress()
        with house.process("-c", NIGHT, **house.home(tmp_path)) as running:
            house.wait_for(partial(moved, before, running), "the sweep moves", 60, every=0.01)
            time.sleep(chance.uniform(0.0, 0.35))
            house.kill(running)
        seen.append(progress())
        assert CardReminder.objects.count() == progress()  # what is counted is what was committed
    assert seen == sorted(seen)
    assert 0 < seen[1] < CARDS, f"the kills came too early or too late: {seen}"
    jobs.run_waiting()  # what beat strikes every minute: it finds what a dead process left
    run = JobRun.objects.get(job=JOB)
    assert (run.state, run.done, run.failed) == ("done", CARDS, 0)
    assert reminders_of_a_card() == {1: CARDS}
    messages = Message.objects.filter(event="card.renewal_due")
    assert dict(messages.values_list("channel").annotate(n=Count("pk")).order_by()) == {"inbox": CARDS, "sms": CARDS}
    assert sweeps.run(JOB).done == 0
    assert house.broken() == {}
