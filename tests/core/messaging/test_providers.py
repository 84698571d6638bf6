import json
import smtplib
import socket
import time
from typing import Any

import pytest
from django.core import mail

from core.messaging import dispatch, outbox, providers, safe_http
from core.messaging.providers import DeliveryFailed, DjangoEmail, HttpSms, OutboxPage, Outgoing
from core.models import Message
from tests.core.messaging.conftest import answer

SMS = Outgoing(key="k:1:sms", channel="sms", address="+8613912345678", language="zh-hans", subject="", body="验证码 1")
ACCEPTED = answer(200, b'{"reference": "gw-1"}')


def email(**changes: Any) -> Outgoing:
    fields: dict[str, Any] = {"address": "reader@example.com", "subject": "Parcel", "body": "Here.", "language": "en"}
    return Outgoing(key="k:1:email", channel="email", **{**fields, **changes})


def test_an_sms_is_one_signed_json_post(gateway):
    gateway.behave = ACCEPTED
    assert HttpSms().deliver(SMS) == "gw-1"
    headers, body = gateway.seen[0]
    assert json.loads(body) == {"id": "k:1:sms", "to": "+8613912345678", "text": "验证码 1", "language": "zh-hans"}
    assert headers["webhook-id"] == "k:1:sms"
    expected = providers.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "k:1:sms", headers["webhook-timestamp"], body
    )
    assert headers["webhook-signature"] == expected


def test_the_signature_is_the_one_of_standard_webhooks(shared_data):
    cases = json.loads((shared_data / "cases" / "webhooks.json").read_text(encoding="utf-8"))["cases"]
    vector = next(case for case in cases if case["id"] == "SW01")
    given = vector["given"]
    for secret in (given["secret"], given["secret"].removeprefix("whsec_")):
        made = providers.signature(secret, given["id"], str(given["timestamp"]), given["payload"].encode())
        assert made == vector["expect"]["signature"]


@pytest.mark.parametrize("secret", ["", "whsec_"])
def test_an_empty_secret_signs_nothing(secret):
    with pytest.raises(ValueError, match="empty"):
        providers.signature(secret, "id", "0", b"")


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (500, b"", False),
        (503, b"{}", False),
        (429, b"", False),
        (401, b"", False),
        (422, b"{}", True),
        (400, b"", True),
        (200, b"<html>welcome to the hotel network</html>", False),
        (200, b"[]", False),
        (200, b'{"reference": 5}', False),
        (200, b'{"reference": "a\\u0000b"}', False),
        (200, b"\xff\xfe", False),
        (200, b"[" * 60_000, False),
    ],
)
def test_an_answer_that_is_no_acceptance_is_a_failure(gateway, status, body, permanent):
    gateway.behave = answer(status, body)
    with pytest.raises(DeliveryFailed) as failed:
        HttpSms().deliver(SMS)
    assert failed.value.permanent is permanent
    assert "13912345678" not in str(failed.value)


def test_a_redirect_is_not_followed(gateway):
    gateway.behave = answer(307, b"", Location=gateway.url.replace("/sms", "/elsewhere"))
    with pytest.raises(DeliveryFailed, match="307"):
        HttpSms().deliver(SMS)
    assert len(gateway.seen) == 1


def test_a_huge_answer_is_cut(gateway):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65_536)

    gateway.behave = endless
    got = safe_http.post(gateway.url, body=b"", headers={}, timeout=5, allow_private=True)
    assert len(got.body) == safe_http.MAX_ANSWER


def _silence(handler):
    time.sleep(3)


def _drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(30):
        handler.wfile.write(b"X: y\r\n")
        handler.wfile.flush()
        time.sleep(0.1)


def _drip_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("behave", [_silence, _drip_headers, _drip_body])
def test_the_deadline_holds_whatever_drips_in(gateway, behave):
    gateway.behave = behave
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        safe_http.post(gateway.url, body=b"", headers={}, timeout=0.4, allow_private=True)
    assert time.monotonic() - started < 1.5


def test_garbage_instead_of_http_is_a_failure_to_connect(gateway):
    def garbage(handler):
        handler.wfile.write(b"\x00\x01SSH-2.0\r\n\r\n")

    gateway.behave = garbage
    with pytest.raises(OSError, match="not an HTTP answer"):
        safe_http.post(gateway.url, body=b"", headers={}, timeout=2, allow_private=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  (an address to refuse)
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "::",
    ],
)
def test_private_addresses_are_known_in_every_notation(address):
    assert not safe_http.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_public(address):
    assert safe_http.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "http://example.com/",
        "file:///etc/passwd",
        "https:///x",
        "https://a:b@example.com/",
    ],
)
def test_targets_that_we_may_not_call_are_refused_before_anything_is_sent(url):
    with pytest.raises(safe_http.NotAllowed):
        safe_http.post(url, body=b"", headers={}, timeout=1)


def test_a_name_that_changes_its_mind_gains_nothing(gateway, monkeypatch):
    calls = []

    def rebinding(host, port, **kwargs):
        calls.append(host)
        first = "1.1.1.1" if len(calls) == 1 else "127.0.0.1"
        return [(2, 1, 6, "", (first, port))]

    reached = []
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    def refuse(address, timeout):
        reached.append(address[0])
        raise OSError("out of reach")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(OSError, match="out of reach"):
        safe_http.post("https://gateway.example/", body=b"", headers={}, timeout=1)
    assert (calls, reached) == (["gateway.example"], ["1.1.1.1"])


def test_a_hanging_gateway_costs_its_own_channel_only(gateway, reader, settings, consent):
    gateway.behave = _silence
    settings.SMS_HTTP_TIMEOUT = 0.2
    settings.MESSAGE_PROVIDERS = {
        "sms": "core.messaging.providers.HttpSms",
        "email": "core.messaging.providers.DjangoEmail",
    }
    for n in range(8):
        outbox.send("tests.parcel", key=str(n), to=reader, context={"number": str(n)}, channels=("sms", "email"))
    started = time.monotonic()
    assert dispatch.run("sms") == {"failed": dispatch.PATIENCE}
    assert time.monotonic() - started < 3
    assert dispatch.run("email") == {"sent": 8}
    assert len(mail.outbox) == 8
    assert not Message.objects.filter(state="sending").exists()


def test_an_e_mail_carries_a_stable_id(settings):
    settings.DEFAULT_FROM_EMAIL = "会员中心 <club@example.com>"
    first, second = DjangoEmail().deliver(email(subject="包裹")), DjangoEmail().deliver(email())
    assert first == second
    assert first.endswith("@example.com>")
    sent = mail.outbox[0]
    assert (sent.subject, sent.to, sent.body) == ("包裹", ["reader@example.com"], "Here.")
    message = sent.message()
    assert message["Message-ID"] == first
    assert message["Auto-Submitted"] == "auto-generated"


def test_an_event_adds_headers_and_leaves_usual_ones_out():
    DjangoEmail().deliver(email(headers={"Reply-To": "desk@example.com", "Auto-Submitted": "", "In-Reply-To": ""}))
    message = mail.outbox[0].message()
    assert message["Reply-To"] == "desk@example.com"
    assert message["Auto-Submitted"] is None
    assert message["In-Reply-To"] is None
    assert message["Message-ID"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.c\nBcc: all@example.com",
        "a@example.com, b@example.com",
        "",
        "no address",
        "a@example.com\r\n\r\nbody",
        "<a@b.com>",
    ],
)
def test_an_address_cannot_smuggle_headers_or_recipients(address):
    with pytest.raises(DeliveryFailed) as failed:
        DjangoEmail().deliver(email(address=address))
    assert failed.value.permanent
    assert mail.outbox == []


def test_a_subject_cannot_smuggle_headers(reader, consent, settings):
    settings.MESSAGE_PROVIDERS = {"email": "core.messaging.providers.DjangoEmail"}
    evil = "1\r\nBcc: all@example.com\r\n\r\n<script>"
    outbox.send("tests.parcel", key="1", to=reader, context={"number": evil}, channels=("email",))
    assert dispatch.run("email") == {"sent": 1}
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == ["reader@example.com"]
    assert message["Subject"] == "Parcel 1 Bcc: all@example.com <script>"


@pytest.mark.parametrize(("code", "permanent"), [(550, True), (450, False)])
def test_what_the_mail_server_refuses_for_good_is_not_tried_again(monkeypatch, code, permanent):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({"reader@example.com": (code, b"no")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(DeliveryFailed) as failed:
        DjangoEmail().deliver(email())
    assert failed.value.permanent is permanent
    assert "reader@" not in str(failed.value)


def test_the_outbox_page_delivers_only_in_the_demo(settings):
    settings.DEMO = True
    assert OutboxPage().deliver(SMS) == ""
    settings.DEMO = False
    with pytest.raises(DeliveryFailed):
        OutboxPage().deliver(SMS)
