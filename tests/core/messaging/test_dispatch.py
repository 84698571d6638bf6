import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.db import connection

from core import clock
from core.messaging import dispatch, gate, outbox, providers, tasks, timing
from core.models import Message
from tests.core.messaging.conftest import NOON, PARCEL

State = Message.State


def later(message: Message, **wait: float):
    return clock.stopped(NOON + dt.timedelta(**wait))


def test_a_due_message_is_sent_in_the_readers_language_and_its_raw_content_wiped(parcel, reader, recorder):
    Message.objects.update(language="zh-hans")
    assert dispatch.run("sms") == {"sent": 1}
    parcel.refresh_from_db()
    assert recorder.sent[0].body == parcel.body == "包裹 A1 到了。"
    assert (parcel.state, parcel.address, parcel.provider_reference) == (State.SENT, "+8613912345678", "ref-1")
    assert (parcel.context, parcel.attempts, parcel.sent_at) == ("", 1, NOON)
    assert dispatch.run("sms") == {}


def test_what_is_not_due_waits(reader, recorder):
    outbox.send("tests.parcel", key="1", to=reader, context={"number": "1"}, due_at=NOON + dt.timedelta(seconds=1))
    assert dispatch.run("sms") == {}


def test_consent_withdrawn_after_writing_keeps_the_message_back(reader, recorder, consent):
    consent["sms"] = gate.Deliver("+8613911111111")
    outbox.send("tests.offer", key="1", to=reader, member_id=5, context={"number": "1"}, channels=("sms",))
    consent["sms"] = gate.Suppress("no-consent")
    assert dispatch.run("sms") == {"suppressed": 1}
    message = Message.objects.get()
    assert (message.state, message.suppressed_because, message.context) == (State.SUPPRESSED, "no-consent", "")
    assert recorder.sent == []


def test_the_address_is_the_one_that_holds_at_sending(reader, recorder, consent):
    consent["sms"] = gate.Deliver("+8613911111111")
    outbox.send("tests.offer", key="1", to=reader, member_id=5, context={"number": "1"}, channels=("sms",))
    consent["sms"] = gate.Deliver("+8613922222222")
    dispatch.run("sms")
    assert recorder.sent[0].address == "+8613922222222"


def test_a_fixed_address_wins_but_never_over_a_refusal(reader, recorder, consent):
    consent["sms"] = gate.Deliver("+8613911111111")
    outbox.send("tests.parcel", key="1", to=reader, context={"number": "1"}, channels=("sms",), address="+86130")
    dispatch.run("sms")
    assert recorder.sent[0].address == "+86130"
    consent["sms"] = gate.Suppress("erased")
    outbox.send("tests.parcel", key="2", to=reader, context={"number": "1"}, channels=("sms",), address="+86130")
    assert dispatch.run("sms") == {"suppressed": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"phone_verified_at": None}, "no-address"),
        ({"phone": None}, "no-address"),
        ({"is_active": False}, "account-closed"),
    ],
)
def test_who_is_no_member_gets_service_messages_at_the_verified_address_only(parcel, reader, recorder, change, reason):
    for name, value in change.items():
        setattr(reader, name, value)
    reader.save()
    assert dispatch.run("sms") == {"suppressed": 1}
    assert Message.objects.get().suppressed_because == reason


def test_offers_to_who_is_no_member_are_not_sent(reader, recorder):
    outbox.send("tests.offer", key="1", to=reader, context={"number": "1"})
    assert dispatch.run("email") == {"suppressed": 1}
    assert dispatch.run("inbox") == {"suppressed": 1}


def test_an_offer_that_comes_up_in_the_quiet_hours_waits_without_costing_a_try(reader, recorder, consent):
    consent["sms"] = gate.Deliver("+8613911111111")
    outbox.send("tests.offer", key="1", to=reader, context={"number": "1"}, channels=("sms",))
    with clock.stopped(dt.datetime(2026, 11, 22, 22, 30, tzinfo=clock.zone())):
        assert dispatch.run("sms") == {"deferred": 1}
        message = Message.objects.get()
        assert (message.state, message.attempts) == (State.QUEUED, 0)
        assert message.due_at == dt.datetime(2026, 11, 23, 8, 0, tzinfo=clock.zone())
        assert dispatch.run("sms") == {}
    with clock.stopped(dt.datetime(2026, 11, 23, 8, 0, tzinfo=clock.zone())):
        assert dispatch.run("sms") == {"sent": 1}


def test_failures_are_tried_again_with_growing_waits_and_then_given_up(parcel, recorder):
    recorder.fails_with = OSError("connection reset, +8613912345678")
    at, waits = NOON, []
    for attempt in range(1, timing.MAX_TRIES):
        with clock.stopped(at):
            cache.clear()
            assert dispatch.run("sms") == {"failed": 1}
        parcel.refresh_from_db()
        assert (parcel.state, parcel.attempts) == (State.QUEUED, attempt)
        waits.append(parcel.due_at - at)
        at = parcel.due_at
    assert waits == sorted(waits)
    assert waits[0] >= dt.timedelta(minutes=1)
    with clock.stopped(at):
        assert dispatch.run("sms") == {"dead": 1}
    parcel.refresh_from_db()
    assert (parcel.state, parcel.error) == (State.DEAD, "OSError: connection reset, …")


def test_a_failure_that_cannot_pass_is_given_up_at_once(parcel, recorder):
    recorder.fails_with = providers.DeliveryFailed("no such number", permanent=True)
    assert dispatch.run("sms") == {"dead": 1}


def test_the_same_key_goes_with_every_try(parcel, recorder):
    recorder.fails_with = OSError("down")
    dispatch.run("sms")
    recorder.fails_with = None
    with later(parcel, minutes=2):
        dispatch.run("sms")
    assert [message.key for message in recorder.sent] == ["tests.parcel:1:sms"]


def test_a_failing_provider_rests_its_channel_and_leaves_the_others_running(reader, recorder):
    for n in range(12):
        outbox.send("tests.parcel", key=str(n), to=reader, context={"number": str(n)})
    recorder.fails_with = TimeoutError("no answer")
    assert dispatch.run("sms") == {"failed": dispatch.PATIENCE}
    waiting = Message.objects.filter(channel="sms", attempts=0, state=State.QUEUED)
    assert waiting.count() == 12 - dispatch.PATIENCE
    recorder.fails_with = None
    assert dispatch.run("sms") == {}, "the channel rests"
    assert dispatch.run("email") == {"sent": 12}
    cache.clear()
    assert dispatch.run("sms") == {"sent": 12 - dispatch.PATIENCE}


def test_one_poison_row_stops_nobody(reader, recorder):
    rows = [
        outbox.send("tests.parcel", key=str(n), to=reader, context={"number": str(n)}, channels=("sms",))[0]
        for n in range(3)
    ]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_message SET context = '1:demo:AAAA' WHERE id = %s", [rows[0].pk])
    Message.objects.filter(pk=rows[1].pk).update(event="tests.gone")
    assert dispatch.run("sms") == {"dead": 2, "sent": 1}
    assert Message.objects.defer("context").get(pk=rows[0].pk).error == "cannot be opened"


def test_what_a_killed_process_had_claimed_is_sent_after_the_lease(parcel, recorder):
    assert dispatch.claim("sms", lane=1)
    assert dispatch.run("sms") == {}, "it is somebody else's for now"
    with later(parcel, minutes=5, seconds=1):
        assert dispatch.run("sms") == {"sent": 1}
    parcel.refresh_from_db()
    assert parcel.attempts == 2


def test_a_message_that_kills_its_process_each_time_is_given_up(parcel, recorder):
    Message.objects.update(attempts=timing.MAX_TRIES - 1)
    assert dispatch.claim("sms", lane=1)
    with later(parcel, minutes=6):
        assert dispatch.run("sms") == {}
    parcel.refresh_from_db()
    assert parcel.state == State.DEAD


def test_who_lost_the_lease_cannot_note_the_outcome(parcel, recorder):
    claimed = dispatch.claim("sms", lane=1)
    with later(parcel, minutes=6):
        dispatch.recover("sms")
        newer = dispatch.claim("sms", lane=1)
        assert claimed is not None
        assert newer is not None
        assert claimed.row(parcel.pk).update(state=State.DEAD) == 0
        assert newer.row(parcel.pk).count() == 1


def test_a_code_overtakes_everything(reader, recorder):
    for n in range(30):
        outbox.send("tests.parcel", key=str(n), to=reader, context={"number": str(n)}, channels=("sms",))
    outbox.send("tests.code", key="1", to=reader, context={"code": "4711"})
    dispatch.run("sms")
    assert recorder.sent[0].body == "4711 is your code."
    assert len(recorder.sent) == 31


def test_a_code_that_has_run_out_is_not_sent_any_more(reader, recorder):
    (code,) = outbox.send("tests.code", key="1", to=reader, context={"code": "4711"})
    with later(code, minutes=10, seconds=1):
        assert dispatch.run("sms") == {"suppressed": 1}
    code.refresh_from_db()
    assert (code.suppressed_because, code.context) == ("too-late", "")


def test_codes_are_wiped_after_24_hours_and_other_messages_kept(reader, recorder, parcel):
    (code,) = outbox.send("tests.code", key="1", to=reader, context={"code": "4711"})
    dispatch.run("sms")
    with later(code, hours=23, minutes=49):
        tasks.wipe_codes()
        assert Message.objects.get(pk=code.pk).body == "4711 is your code."
    with later(code, hours=23, minutes=50):
        tasks.wipe_codes()
    code.refresh_from_db()
    parcel.refresh_from_db()
    assert (code.body, code.context, code.state) == ("", "", State.SENT)
    assert code.wiped_at is not None
    assert parcel.body == "Parcel A1 is here."


def test_no_more_dispatchers_than_allowed_work_on_a_channel(parcel, recorder, settings):
    settings.MESSAGE_DISPATCHERS = 1
    cache.set("messaging:dispatching:sms:0", "another", 60)
    tasks.dispatch_outbox("sms")
    assert recorder.sent == []
    cache.delete("messaging:dispatching:sms:0")
    tasks.dispatch_outbox("sms")
    tasks.dispatch_outbox("sms")
    assert len(recorder.sent) == 1
    assert cache.get("messaging:dispatching:sms:0") is None


def test_without_a_cache_messages_leave_all_the_same(parcel, recorder, monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionError("cache away")

    for call in ("get", "set", "add", "delete"):
        monkeypatch.setattr(cache, call, away)
    recorder.fails_with = providers.DeliveryFailed("passing")
    tasks.dispatch_outbox("sms")
    recorder.fails_with = None
    with clock.stopped(NOON + dt.timedelta(hours=1)):
        tasks.dispatch_outbox("sms")
    assert len(recorder.sent) == 1


def test_the_beat_table_names_tasks_that_exist():
    from config import tasks as table
    from config.celery import app

    app.loader.import_default_modules()
    ours = {row["task"] for row in table.BEAT.values() if row["task"] in {"core.dispatch_outbox", "core.wipe_codes"}}
    assert ours == {"core.dispatch_outbox", "core.wipe_codes"}
    assert ours <= set(app.tasks)


def test_a_batch_of_any_size_is_claimed_in_as_many_queries(reader, recorder, django_assert_num_queries):
    for n in range(10):
        outbox.send("tests.parcel", key=str(n), to=reader, context={"number": str(n)}, channels=("sms",))
    with django_assert_num_queries(4):  # savepoint, select, update, release
        claimed = dispatch.claim("sms", lane=1)
    assert claimed is not None
    assert len(claimed.keys) == 10


def test_the_context_survives_until_the_message_is_sent(parcel, recorder):
    recorder.fails_with = OSError("down")
    dispatch.run("sms")
    parcel.refresh_from_db()
    assert json.loads(parcel.context) == {"number": "A1"}


def test_what_composes_itself_says_what_is_true_when_it_is_sent(reader, recorder, monkeypatch):
    shelf = {"number": "A1"}
    monkeypatch.setattr(PARCEL, "compose", lambda message: {"number": f"{shelf['number']} {message.about}"})
    outbox.send("tests.parcel", key="1", to=reader, about="shelf:7", context={}, channels=("sms", "inbox"))
    assert set(Message.objects.values_list("state", flat=True)) == {
        State.QUEUED
    }  # the inbox, too, waits for the sender
    shelf["number"] = "B2"
    dispatch.run("sms")
    dispatch.run("inbox")
    assert recorder.sent[0].body == "Parcel B2 shelf:7 is here."
    assert Message.objects.get(channel="inbox").body == "Your parcel B2 shelf:7 is here."
    assert Message.objects.get(channel="sms").context == ""


def test_what_is_no_longer_true_is_not_sent(reader, recorder, monkeypatch):
    monkeypatch.setattr(PARCEL, "compose", lambda _: None)
    outbox.send("tests.parcel", key="1", to=reader, context={}, channels=("sms",))
    assert dispatch.run("sms") == {"suppressed": 1}
    assert Message.objects.get().suppressed_because == "no-longer-true"
    assert recorder.sent == []
