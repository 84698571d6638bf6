import json

import pytest
from django.utils import translation

from core.messaging import events, outbox, rendering
from core.models import Message, MessageTemplate
from core.refusals import Refusal
from tests.core.messaging.conftest import PARCEL


def template(user, **fields):
    defaults = {"event": "tests.parcel", "channel": "sms", "language": "en", "edited_by": user}
    return MessageTemplate.objects.create(**{**defaults, **fields})


def text_of(message: Message) -> str:
    return rendering.render(message).body


def test_every_event_is_worded_in_every_language_on_every_channel():
    own = [path for path in rendering.missing_wording() if not path.startswith("messages/tests.")]
    assert own == []


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_all_shipped_wording_passes_the_editors_own_check(language):
    for event in events.registered():
        if event.code.startswith("tests."):
            continue
        for channel in event.channels:
            source = rendering.shipped(event.code, channel, language)
            assert source is not None
            rendering.preview(event, channel=channel, language=language, subject=source.subject, body=source.body)


def test_staff_wording_goes_before_the_shipped_one_and_its_newest_version_speaks(parcel, reader):
    assert text_of(parcel) == "Parcel A1 is here."
    template(reader, body="First {{ number }}", version=1)
    template(reader, body="Second {{ number }}", version=2)
    assert text_of(parcel) == "Second A1"
    template(reader, uses_shipped=True, version=3)
    assert text_of(parcel) == "Parcel A1 is here."


def test_staff_wording_that_asks_for_what_the_message_lacks_gives_way(parcel, reader, caplog):
    template(reader, body="Hello {{ nmae }}")
    assert text_of(parcel) == "Parcel A1 is here."
    assert "lacks nmae" in caplog.text


def test_staff_wording_that_breaks_gives_way(parcel, reader):
    template(reader, body="{% load static %}")
    assert text_of(parcel) == "Parcel A1 is here."


def test_a_language_without_wording_falls_back_to_the_programmes(parcel):
    parcel.language = "zh-hant"
    assert text_of(parcel) == "Parcel A1 is here."


def test_an_event_nobody_worded_is_said_to_be_so(parcel):
    parcel.event = "tests.gone"
    with pytest.raises(rendering.Unworded):
        rendering.render(parcel)


def test_dates_are_written_in_the_readers_language_whatever_the_senders(reader):
    context = {"at": "2026-11-22T10:15:00+08:00"}
    row = outbox.send("core.password_changed", key="1", to=reader, context=context, language="zh-hans")[0]
    with translation.override("en"):
        assert "2026年11月22日 10:15" in row.body


@pytest.mark.parametrize(
    "value",
    [
        "a\r\nBcc: all@example.com",
        "a\nb\x00c\x1b[31m",
        "safe \u202etxt.exe",
        "\u2066x\u2069",
        "\ufeffx",
        "a\x85b\u2028c",
    ],
)
def test_control_characters_and_reading_direction_tricks_do_not_get_out(reader, value):
    rows = outbox.send("tests.parcel", key="1", to=reader, context={"number": value}, channels=("email",))
    text = rendering.render(rows[0])
    assert "\n" not in text.subject
    assert "\r" not in text.subject + text.body
    assert not rendering._UNPRINTABLE.search(text.subject + text.body)


def test_naughty_strings_become_plain_text(reader, shared_data):
    strings = json.loads((shared_data / "nasty" / "blns" / "blns.json").read_text(encoding="utf-8"))
    message = Message(event="tests.parcel", channel="email", language="en")
    for naughty in strings:
        message.context = json.dumps({"number": naughty})
        text = rendering.render(message)
        assert text.subject.isprintable() or not text.subject.isascii()
        assert text.body.startswith("Your parcel")
        assert text.body.encode("utf-8")


@pytest.mark.parametrize(
    ("channel", "subject", "body", "code"),
    [
        ("sms", "", "{{ nmae }}", "wording_unknown_variable"),
        ("sms", "", "{% load x %}", "wording_not_understood"),
        ("sms", "", "   ", "wording_empty"),
        ("email", "", "text", "wording_needs_subject"),
        ("sms", "", "x" * 1_001, "wording_too_long"),
    ],
)
def test_the_editor_is_told_what_is_wrong(channel, subject, body, code):
    with pytest.raises(Refusal) as refused:
        rendering.preview(PARCEL, channel=channel, language="en", subject=subject, body=body)
    assert refused.value.code == code
    assert str(refused.value)


def test_the_editor_names_the_unknown_and_the_known():
    with pytest.raises(Refusal, match=r"nmae.*link, number, programme"):
        rendering.preview(PARCEL, channel="sms", language="en", subject="", body="{{ nmae }}")
