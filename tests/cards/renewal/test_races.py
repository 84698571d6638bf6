"""Renewal under concurrency and kills, on a server database, with negative controls (invariants.md part 2)."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count

from cards.models import Card, CardReminder, Order, Payment, Product, RenewalCharge, Term
from cards.operations import auto_charges, counter_renewal, counter_sale, reminders, renewals
from cards.policy import reminders as rule
from cards.policy.parameters import RenewalParameters
from cards.queries import reminders as rows
from core.models import Message, Store, User
from core.rules import RuleBroken
from members.operations import legal as publishing
from tests.cards import shop
from tests.cards.renewal.conftest import ENDS, at, broken, make_card, place
from tests.cards.renewal.test_auto_renewal import ANNOUNCED, CHARGED, agree, nights
from tests.factories import MemberFactory
from tests.racing import at_once, unlocked

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)
ROOT = Path(__file__).resolve().parents[3]
WINDOWS = rule.windows(ENDS - 30 * DAY, ladder=rule.renewal_ladder(RenewalParameters()))


def cards_of(count: int, product: Product) -> list[Card]:
    return [make_card(MemberFactory.create(), product) for _ in range(count)]


def write_together(cards: list[Card], *, writers: int = 2) -> list[object]:
    """Several sweeps that found the same cards due write at the same moment."""
    ready = threading.Barrier(writers, timeout=20)
    keys = [card.pk for card in cards]

    def write(_: int) -> int:
        with at(ENDS - 30 * DAY):
            ready.wait()
            return reminders.write(rows.RENEWAL, windows=WINDOWS, keys=keys)

    return at_once(write, range(writers), threads=writers)


def most_reminders() -> int:
    rows_of = CardReminder.objects.values("card", "occasion", "ends_on", "step").annotate(n=Count("pk"))
    return max(int(row["n"]) for row in rows_of.order_by())


def test_two_sweeps_at_once_write_each_reminder_once(product: Product) -> None:
    cards = cards_of(20, product)
    written = write_together(cards)
    assert sorted(written, key=str) == [0, 20]
    assert (CardReminder.objects.count(), most_reminders()) == (20, 1)
    assert Message.objects.filter(event="card.renewal_due").count() == 40
    assert broken("38", "38a") == []


def test_without_the_unique_key_they_write_twice(product: Product) -> None:
    """The negative control of the test above."""
    cards = cards_of(20, product)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cards_cardreminder DROP CONSTRAINT reminder_written_once_per_step")
    try:
        write_together(cards)
        assert most_reminders() == 2
        assert broken("38a") != []
    finally:
        CardReminder.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE cards_cardreminder ADD CONSTRAINT reminder_written_once_per_step"
                " UNIQUE (occasion, ends_on, step, card_id)"
            )


def test_ten_renewals_of_one_card_at_once_leave_one_open_order(card: Card) -> None:
    answers = at_once(lambda n: place(card, years=1 + n % 3, key=str(n)), range(10))
    assert all(isinstance(answer, Order | RuleBroken) for answer in answers), answers
    assert Order.objects.filter(kind="renewal", state=Order.State.PLACED).count() == 1


def test_at_the_counter_and_on_the_web_at_once_one_term_is_added(card: Card, clerk: User, store: Store) -> None:
    def at_the_counter(n: int) -> Order:
        return counter_renewal.renew(
            card,
            years=1,
            parts=1,
            key=f"till-{n}",
            agreed=shop.agreed(),
            pay=counter_sale.Money(tendered_minor=500_000),
            clerk=clerk,
            store=store,
        )

    web = place(card, key="web")
    shop.start(web)
    answers = at_once(lambda n: at_the_counter(n) if n else shop.pay(web), range(6))
    assert all(not isinstance(answer, Exception) or isinstance(answer, RuleBroken) for answer in answers), answers
    assert Term.objects.filter(card=card).count() == 1 + Order.objects.filter(kind="renewal", state="fulfilled").count()
    assert broken("24", "24a", "18") == []


def test_without_the_lock_one_card_has_several_open_renewals(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: whoever does not hold the card does not see the other's order."""
    ready = threading.Barrier(4, timeout=20)
    original = renewals.refuse_unfit

    def together(*args: object) -> None:
        original(*args)  # type: ignore[arg-type]
        ready.wait()

    monkeypatch.setattr(renewals, "refuse_unfit", together)
    with unlocked(monkeypatch, Card.objects):
        at_once(lambda n: place(card, key=str(n)), range(4), threads=4)
    assert Order.objects.filter(kind="renewal", state=Order.State.PLACED).count() > 1


def test_eight_workers_at_once_charge_an_announced_renewal_once(card: Card) -> None:
    publishing.publish_shipped()
    agree(card)
    nights(ANNOUNCED, CHARGED - DAY)
    announced = RenewalCharge.objects.get()

    def collect(_: int) -> bool:
        with at(CHARGED):
            return auto_charges.collect(RenewalCharge.objects.get(pk=announced.pk))

    answers = at_once(collect, range(8))
    assert all(not isinstance(answer, Exception) for answer in answers), answers
    assert Payment.objects.filter(order__kind="renewal", state="succeeded").count() == 1
    assert Term.objects.filter(card=card).count() == 2
    assert broken("C17", "24") == []


KILLED = """
import datetime as dt, os, signal
import django; django.setup()
from cards.jobs import renewal
from cards.operations import reminders
from core import clock, sweeps
renewal.RemindRenewal.batch = 10
write, batches = reminders.write, []
def dying(*args, **kwargs):
    done = write(*args, **kwargs)
    batches.append(done)
    if {dies} and len(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
reminders.write = dying
with clock.stopped(dt.datetime(2026, 12, 22, 1, tzinfo=clock.zone())):
    sweeps.run("cards.remind_renewal")
"""


@pytest.mark.slow
def test_killed_in_the_middle_of_the_night_the_next_run_goes_on(product: Product) -> None:
    cards_of(50, product)
    killed = python(KILLED.format(dies=True))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert CardReminder.objects.count() == 20
    again = python(KILLED.format(dies=False))
    assert again.returncode == 0, again.stderr
    assert (CardReminder.objects.count(), most_reminders()) == (50, 1)
    assert Message.objects.filter(event="card.renewal_due").count() == 100
    assert broken("38a", "24") == []


def python(script: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own on the database of this test."""
    given = connection.settings_dict
    url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment.pop("TEST_DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
