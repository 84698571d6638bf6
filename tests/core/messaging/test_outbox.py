import datetime as dt

import pytest
from django.db import transaction

from core import clock
from core.messaging import outbox
from core.models import Message
from tests.core.messaging.conftest import NOON

State = Message.State


def test_a_repeat_of_event_and_key_writes_nothing(reader):
    first = outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"})
    again = outbox.send("tests.parcel", key="7", to=reader, context={"number": "changed"})
    assert [m.pk for m in first] == [m.pk for m in again]
    assert {m.dedup_key for m in first} == {"tests.parcel:7:inbox", "tests.parcel:7:sms", "tests.parcel:7:email"}
    assert Message.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_refused(reader):
    with pytest.raises(outbox.OutsideTransaction):
        outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"})
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_message(reader):
    @transaction.atomic
    def change_that_fails() -> None:
        outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        change_that_fails()
    assert not Message.objects.exists()


def test_a_batch_counts_only_what_is_new(reader, django_assert_max_num_queries):
    drafts = [outbox.Draft(event="tests.offer", key=str(n), to=reader, context={"number": str(n)}) for n in range(50)]
    assert outbox.send_many(drafts[:20]) == 60
    with django_assert_max_num_queries(4):  # SQLite inserts 90 rows in three statements
        assert outbox.send_many([*drafts, *drafts]) == 90
    assert Message.objects.count() == 150


def test_a_sender_must_supply_every_variable_of_the_sample(reader):
    with pytest.raises(ValueError, match=r"tests\.parcel needs number"):
        outbox.send("tests.parcel", key="7", to=reader, context={})


def test_an_event_is_told_only_by_its_channels(reader):
    with pytest.raises(ValueError, match="not told by email"):
        outbox.send("tests.code", key="7", to=reader, context={"code": "1"}, channels=("email",))


def test_a_service_message_is_in_the_inbox_at_once_and_its_raw_content_is_not_kept(reader):
    (inbox,) = outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"}, channels=("inbox",))
    assert (inbox.state, inbox.subject, inbox.body) == (State.SENT, "Parcel A1", "Your parcel A1 is here.")
    assert inbox.context == ""


def test_an_offer_waits_for_the_gate_even_in_the_inbox(reader):
    (inbox,) = outbox.send("tests.offer", key="7", to=reader, context={"number": "A1"}, channels=("inbox",))
    assert inbox.state == State.QUEUED


def test_who_has_no_log_in_has_no_inbox(db):
    rows = outbox.send("tests.parcel", key="7", address="+8613900000000", context={"number": "A1"})
    assert {row.channel for row in rows} == {"sms", "email"}


@pytest.mark.parametrize(("local_hour", "sent_at_hour", "days_later"), [(20, 20, 0), (21, 8, 1), (3, 8, 0), (8, 8, 0)])
def test_an_offer_written_at_night_is_due_in_the_morning(reader, local_hour, sent_at_hour, days_later):
    moment = dt.datetime(2026, 11, 22, local_hour, 0, tzinfo=clock.zone())
    with clock.stopped(moment.astimezone(dt.UTC)):
        sms, inbox = outbox.send("tests.offer", key="7", to=reader, context={"number": "A1"}, channels=("sms", "inbox"))
    due = sms.due_at.astimezone(clock.zone())
    assert (due.hour, (due.date() - moment.date()).days) == (sent_at_hour, days_later)
    assert inbox.due_at == moment


def test_codes_and_receipts_are_due_at_once_at_night(reader):
    midnight = dt.datetime(2026, 11, 22, 0, 0, tzinfo=clock.zone())
    with clock.stopped(midnight):
        (code,) = outbox.send("tests.code", key="7", to=reader, context={"code": "1"})
        (receipt,) = outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"}, channels=("sms",))
    assert code.due_at == receipt.due_at == midnight
    assert code.lane < receipt.lane


def test_a_message_at_rest_shows_neither_address_nor_text(reader):
    outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"}, address="+8613900000000")
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT * FROM core_message")
        stored = repr(cursor.fetchall())
    assert "13900000000" not in stored
    assert "parcel A1" not in stored


def test_a_message_can_be_postponed(reader):
    later = NOON + dt.timedelta(days=2)
    rows = outbox.send("tests.parcel", key="7", to=reader, context={"number": "A1"}, due_at=later)
    assert {(row.state, row.due_at) for row in rows} == {(State.QUEUED, later)}
