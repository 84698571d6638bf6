import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core import clock, verify
from core.messaging import dispatch, gate, invariants, outbox
from core.models import Message
from tests.core.messaging.conftest import NOON

CHECKS = (invariants.told_once, invariants.consent_was_checked, invariants.none_left_lying)


def test_they_are_stated_in_verify():
    assert {"38", "39", "40"} <= {one.code for one in verify.invariants()}


def test_a_lively_outbox_breaks_none(reader, recorder, consent):
    consent["sms"] = gate.Deliver("+8613911111111")
    outbox.send("tests.offer", key="1", to=reader, context={"number": "1"})
    outbox.send("tests.parcel", key="1", to=reader, context={"number": "1"})
    for channel in ("sms", "email", "inbox"):
        dispatch.run(channel)
    recorder.fails_with = OSError("down")
    outbox.send("tests.parcel", key="2", to=reader, context={"number": "1"}, channels=("sms",))
    dispatch.run("sms")
    assert [list(check()) for check in CHECKS] == [[], [], []]


def test_a_message_that_nobody_sends_is_found(parcel):
    with clock.stopped(NOON + dt.timedelta(minutes=14)):
        assert list(invariants.none_left_lying()) == []
    with clock.stopped(NOON + dt.timedelta(minutes=16)):
        assert list(invariants.none_left_lying()) == [f"message {parcel.pk} has been queued for more than 15 minutes"]


def test_a_message_sent_on_a_stale_look_at_consent_is_found(reader, recorder, consent):
    consent["sms"] = gate.Deliver("+8613911111111")
    outbox.send("tests.offer", key="1", to=reader, context={"number": "1"}, channels=("sms",))
    dispatch.run("sms")
    Message.objects.update(consent_checked_at=NOON - dt.timedelta(hours=1))
    assert len(list(invariants.consent_was_checked())) == 1


def test_the_database_refuses_an_offer_sent_without_asking(reader):
    outbox.send("tests.offer", key="1", to=reader, context={"number": "1"}, channels=("sms",))
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(state="sent", sent_at=NOON)


def test_the_database_refuses_the_same_message_twice(parcel):
    parcel.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        parcel.save(force_insert=True)


def test_a_key_of_another_event_is_found(parcel):
    Message.objects.update(event="tests.other")
    assert len(list(invariants.told_once())) == 1
