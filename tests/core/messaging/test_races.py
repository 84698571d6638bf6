"""Two dispatchers at once, on a server database: each message leaves once. Without the claim it would leave twice."""

import secrets
import threading
from collections import Counter

import pytest
from django.db import connections, transaction

from core import clock
from core.messaging import dispatch, outbox
from core.models import Message
from tests.core.messaging.conftest import NOON

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MESSAGES, DISPATCHERS = 60, 4


def sent_by(reader, recorder) -> Counter[str]:
    with transaction.atomic():
        drafts = [
            outbox.Draft(event="tests.parcel", key=str(n), to=reader, context={"number": str(n)}, channels=("sms",))
            for n in range(MESSAGES)
        ]
        outbox.send_many(drafts)
    start, errors = threading.Barrier(DISPATCHERS), []

    def one() -> None:
        try:
            with clock.stopped(NOON):
                start.wait()
                dispatch.run("sms")
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(DISPATCHERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return Counter(message.key for message in recorder.sent)


def test_dispatchers_at_once_send_each_message_once(reader, recorder):
    sent = sent_by(reader, recorder)
    assert len(sent) == MESSAGES
    assert set(sent.values()) == {1}
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_without_the_claim_they_would_send_twice(reader, recorder, monkeypatch):
    """Negative control: the same race with a claim that reads and then writes."""
    together = threading.Barrier(DISPATCHERS)

    def careless(channel: str, *, lane: int, limit: int = MESSAGES) -> dispatch.Claim | None:
        due = Message.objects.filter(channel=channel, lane=lane, state="queued").order_by("id")
        keys = list(due.values_list("pk", flat=True)[:limit])
        if not keys:
            return None
        together.wait(timeout=10)
        token = secrets.token_hex(16)
        Message.objects.filter(pk__in=keys).update(state="sending", claim=token, claimed_at=NOON)
        together.wait(timeout=10)
        return dispatch.Claim(token, keys)

    monkeypatch.setattr(dispatch, "claim", careless)
    monkeypatch.setattr(dispatch.Claim, "row", lambda _, pk: Message.objects.filter(pk=pk))
    assert max(sent_by(reader, recorder).values()) > 1


def test_two_writers_of_one_event_leave_one_message(reader):
    together = threading.Barrier(2)

    def write() -> None:
        try:
            with clock.stopped(NOON), transaction.atomic():
                together.wait()
                outbox.send("tests.parcel", key="7", to=reader, context={"number": "1"})
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Message.objects.count() == 3
