import pytest

from core.messaging import checks

HTTP = {"sms": "core.messaging.providers.HttpSms"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"DEMO": True}, []),
        ({"DEMO": False}, ["messages.W001", "messages.W001"]),
        ({"MESSAGE_PROVIDERS": {"sms": "nowhere.Provider"}}, ["messages.E001"]),
        ({"MESSAGE_PROVIDERS": HTTP}, ["messages.E002"]),
        ({"MESSAGE_PROVIDERS": HTTP, "SMS_HTTP_URL": "http://sms.example/"}, ["messages.E002"]),
        ({"MESSAGE_PROVIDERS": HTTP, "SMS_HTTP_URL": "https://sms.example/"}, ["messages.E003"]),
        (
            {"MESSAGE_PROVIDERS": HTTP, "SMS_HTTP_URL": "https://sms.example/", "SMS_HTTP_SECRET": "not base64!"},
            ["messages.E003"],
        ),
        ({"MESSAGE_PROVIDERS": HTTP, "SMS_HTTP_URL": "https://sms.example/", "SMS_HTTP_SECRET": SECRET}, []),
    ],
)
def test_what_keeps_messages_from_leaving_is_said_before_it_does(settings, changes, ids):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert [message.id for message in checks.check_providers(None)] == ids


def test_wording_that_is_missing_is_named():
    named = {message.msg for message in checks.check_wording(None)}
    assert "templates/messages/tests.code/sms.zh-hans.txt is missing." in named
    assert not any("core." in text for text in named)
