"""The mail service's webhook (SVC-01): what is signed is taken in once, what is not changes nothing."""

import random
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from cards.payments import signatures
from core import clock
from members.models import Member
from service_desk.channels.models import InboundMail
from service_desk.models import Case, CaseEntry
from service_desk.operations import letters
from tests.service_desk.channels.letters import letter

pytestmark = pytest.mark.django_db
DOOR, SECRET = "/hooks/mail/", "whsec_bWFpbC1zZXJ2aWNlLXRlc3Q="


@pytest.fixture(autouse=True)
def _door(settings) -> None:
    settings.MAIL_HOOK_SECRET = SECRET
    settings.SERVICE_ADDRESS = "service@tessera.example"


def post(raw: bytes, *, late: int = 0, **changed: str) -> Any:
    stamp = int(clock.now().timestamp()) - late
    signed = signatures.headers(raw, secret=SECRET, message_id="evt_1", timestamp=stamp)
    return Client().post(DOOR, raw, content_type="message/rfc822", headers={**signed, **changed})


def test_a_signed_mail_is_taken_in_and_a_repeat_changes_nothing(wanqing: Member) -> None:
    raw = letter()
    answers = [post(raw) for _ in range(5)]
    assert [one.status_code for one in answers] == [200] * 5
    assert [one.json()["outcome"] for one in answers] == ["opened", *["repeat"] * 4]
    assert (Case.objects.count(), CaseEntry.objects.count(), InboundMail.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    "changed",
    [{"webhook-signature": "v1,AAAA"}, {"webhook-signature": ""}, {"webhook-id": "evt_2"}, {"webhook-timestamp": "1"},
     {"webhook-timestamp": "x" * 5_000}],
)  # fmt: skip
def test_a_bad_signature_is_401_and_changes_nothing(wanqing: Member, changed: dict[str, Any]) -> None:
    assert post(letter(), **changed).status_code == 401
    assert not InboundMail.objects.exists()


@pytest.mark.parametrize(("late", "status"), [(0, 200), (299, 200), (301, 401), (-301, 401)])
def test_five_minutes_are_tolerated(wanqing: Member, late: int, status: int) -> None:
    with clock.stopped(clock.now()):
        assert post(letter(), late=late).status_code == status


def test_mails_of_a_thread_five_times_each_shuffled_and_late_make_one_thread(wanqing: Member) -> None:
    post(letter("the first"))
    case = Case.objects.get()
    address = letters.reply_address(case.number)
    raws = [letter(f"word {number}", to=address) for number in range(6)] * 5
    random.Random(7).shuffle(raws)
    assert {post(raw).status_code for raw in raws} == {200}
    assert sorted(one.body for one in case.entries.all()) == ["the first", *(f"word {number}" for number in range(6))]


@pytest.mark.parametrize("raw", [b"", b"\x00", b"{}", b"From: x", b"\xff" * 10_000])
def test_a_signed_body_that_is_no_mail_is_kept_aside(db: None, raw: bytes) -> None:
    assert post(raw).status_code == 200
    assert not Case.objects.exists()


def test_too_much_is_refused(settings, db: None) -> None:
    settings.LARGEST_REQUEST = 10_000
    assert post(b"x" * 10_001).status_code == 413
    assert not InboundMail.objects.exists()


def test_a_mail_larger_than_a_form_may_be_is_taken(wanqing: Member) -> None:
    raw = letter(files=(("big.bin", b"\x01" * 3_000_000),))
    assert len(raw) > 2 * 1024 * 1024
    assert post(raw).status_code == 200
    assert Case.objects.get().entries.filter(direction="note").exists()


def test_only_post_and_only_where_a_secret_is_set(settings, db: None) -> None:
    assert Client().get(DOOR).status_code == 405
    settings.MAIL_HOOK_SECRET = ""
    assert post(letter()).status_code == 404


def test_the_door_needs_no_token_of_a_form(wanqing: Member) -> None:
    raw = letter()
    signed = signatures.headers(raw, secret=SECRET, message_id="e", timestamp=int(clock.now().timestamp()))
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(DOOR, raw, content_type="message/rfc822", headers=signed).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("MAIL_HOOK_SECRET", "not base64!", "channels.E003"),
        ("MAILBOX_URL", "imap://a:b@mail.example.com/", "channels.E001"),
        ("MAILBOX_URL", "imaps://mail.example.com/", "channels.E001"),
        ("SERVICE_ADDRESS", "nobody", "channels.E002"),
    ],
)
def test_what_cannot_be_used_is_said_by_the_check(settings, name: str, value: str, found: str) -> None:
    assert not run_checks(tags=["channels"])
    setattr(settings, name, value)
    assert [one.id for one in run_checks(tags=["channels"])] == [found]
