import pytest

from core.messaging import events, outbox
from core.models import Message, User

EVENT = events.Event("tests.parcel", label="parcel", sample={"number": "A1"}, channels=("inbox", "sms", "email"))


@pytest.fixture(autouse=True)
def _event(monkeypatch):
    monkeypatch.setitem(events._events, EVENT.code, EVENT)


@pytest.fixture
def member(db):
    return User.objects.create_user(display_name="Lin Wei")


def test_a_repeat_of_event_and_key_writes_nothing(member):
    first = outbox.send("tests.parcel", key="7", to=member, context={"number": "A1"})
    again = outbox.send("tests.parcel", key="7", to=member, context={"number": "A1"})
    assert [m.pk for m in first] == [m.pk for m in again]
    assert {m.dedup_key for m in first} == {"tests.parcel:7:inbox", "tests.parcel:7:sms", "tests.parcel:7:email"}
    assert Message.objects.count() == 3
