"""Who wrote a mail, and where it therefore belongs (SVC-01): machines are never answered."""

import itertools

import pytest

from service_desk.channels.policy import mail, mail_kinds, mail_threads
from service_desk.channels.policy.mail_kinds import Kind
from service_desk.channels.policy.mail_threads import Way
from tests.service_desk.channels.policy.test_reading_mails import letter

OWN = ("service@tessera.example", "membership@example.com")
DOMAIN = "example.com"


def kind(body: str = "hello", **headers: str) -> Kind:
    return mail_kinds.kind_of(mail.read(letter(body, **headers)), own=OWN, domain=DOMAIN)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Kind.PERSON),
        ({"Auto_Submitted": "no"}, Kind.PERSON),
        ({"X_Auto_Response_Suppress": "None"}, Kind.PERSON),
        ({"Auto_Submitted": "auto-replied"}, Kind.AUTOMATIC),
        ({"Auto_Submitted": "Auto-Replied (vacation)"}, Kind.AUTOMATIC),
        ({"Auto_Submitted": "auto-generated; owner=x"}, Kind.AUTOMATIC),
        ({"Auto_Submitted": "auto-replied", "Return_Path": "<>"}, Kind.AUTOMATIC),
        ({"X_Auto_Response_Suppress": "All"}, Kind.AUTOMATIC),
        ({"X_Autoreply": "yes"}, Kind.AUTOMATIC),
        ({"X_Autorespond": ""}, Kind.AUTOMATIC),
        ({"Precedence": "auto_reply"}, Kind.AUTOMATIC),
        ({"From": "no-reply@shop.example"}, Kind.AUTOMATIC),
        ({"From": "noreply+abc@shop.example"}, Kind.AUTOMATIC),
        ({"From": "owner-news@shop.example"}, Kind.AUTOMATIC),
        ({"Precedence": "bulk"}, Kind.LIST),
        ({"Precedence": " Junk "}, Kind.LIST),
        ({"List_Id": "<news.shop.example>"}, Kind.LIST),
        ({"List_Unsubscribe": "<https://shop.example/u>"}, Kind.LIST),
        ({"Return_Path": "<>"}, Kind.BOUNCE),
        ({"From": "MAILER-DAEMON@mx.example.com"}, Kind.BOUNCE),
        ({"From": "Mail <postmaster@qq.example>"}, Kind.BOUNCE),
        ({"X_Failed_Recipients": "wanqing@example.com"}, Kind.BOUNCE),
        ({"From": "Service@Tessera.example"}, Kind.OURS),
        ({"From": "service+c261123-k7m4q2.0123456789@tessera.example"}, Kind.OURS),
        ({"From": "Tessera <membership@example.com>"}, Kind.OURS),
        ({"Message_ID": f"<{'a' * 40}@example.com>"}, Kind.OURS),
        ({"Message_ID": f"<{'a' * 40}@example.net>"}, Kind.PERSON),
    ],
)
def test_a_mail_tells_who_wrote_it(headers: dict[str, str], expected: Kind) -> None:
    assert kind(**headers) is expected


REPORT = (
    "--b\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; wanqing@example.net\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 no such user\n"
    "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <m9@example.com>\nReply-To: service+x@tessera.example\n"
    "Subject: Re\n\n--b--\n"
)


def report(action: str = "failed", status: str = "5.1.1") -> mail.Mail:
    head = {
        "From": "MAILER-DAEMON@mx.example.net",
        "Content_Type": "multipart/report; report-type=delivery-status; boundary=b",
    }
    return mail.read(letter(REPORT.format(action=action, status=status), **head))


def test_a_delivery_report_tells_whom_it_speaks_of_and_by_what_the_mail_is_found() -> None:
    bounce = mail_kinds.bounce_of(report())
    assert (bounce.recipient, bounce.status, bounce.has_failed) == ("wanqing@example.net", "5.1.1", True)
    assert bounce.ids[0] == "<m9@example.com>"
    assert bounce.addresses == ("service+x@tessera.example",)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0")])
def test_a_report_that_nothing_failed_is_told_apart(action: str, status: str) -> None:
    assert not mail_kinds.bounce_of(report(action, status)).has_failed


def test_a_bounce_of_a_server_that_knows_no_reports_is_found_by_what_it_quotes() -> None:
    text = "Delivery failed\n\n> Message-ID: <m7@example.com>\n"
    bounce = mail_kinds.bounce_of(
        mail.read(letter(text, From="postmaster@qq.example", X_Failed_Recipients="a@qq.example"))
    )
    assert "<m7@example.com>" in bounce.ids
    assert bounce.recipient == "a@qq.example"


def test_a_receipt_that_a_person_has_read_it_is_no_bounce() -> None:
    body = "--b\nContent-Type: text/plain\n\nread\n--b\nContent-Type: message/disposition-notification\n\nDisposition: x\n--b--\n"
    head = {
        "Content_Type": "multipart/report; report-type=disposition-notification; boundary=b",
        "Auto_Submitted": "auto-replied",
    }
    assert kind(body, **head) is Kind.AUTOMATIC


@pytest.mark.parametrize(
    ("told", "disowned"),
    [
        ("mx.tessera.example; spf=fail; dmarc=fail header.from=example.com", True),
        ("mx.tessera.example; dmarc=pass", False),
        ("mx.evil.example; dmarc=fail", False),
        ("", False),
    ],
)
def test_only_our_own_mail_server_can_disown_a_sender(told: str, disowned: bool) -> None:
    read = mail.read(letter("x", Authentication_Results=told))
    assert mail_kinds.is_disowned(read, by="mx.tessera.example") is disowned
    assert not mail_kinds.is_disowned(read, by="")


@pytest.mark.parametrize(("kind", "proven", "named", "contact"), list(itertools.product(Kind, *[(True, False)] * 3)))
def test_only_a_person_is_heard_and_only_the_contact_writes_into_a_case(
    kind: Kind, proven: bool, named: bool, contact: bool
) -> None:
    way = mail_threads.way(kind, is_proven=proven, is_named=named, is_contact=contact)
    if way is Way.THREADED:
        assert kind is Kind.PERSON
        assert contact
        assert proven or named
    if kind is Kind.PERSON:
        assert way in (Way.THREADED, Way.STRANGER, Way.OPENED)  # nobody's words are lost
    else:
        assert way in (Way.NOTED, Way.UNDELIVERED, Way.SET_ASIDE, Way.DROPPED)
    if way is Way.STRANGER:
        assert proven
        assert not contact


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: Breakfast · C261123-K7M4Q2", "C261123-K7M4Q2"),
        ("re: c261123-k7m4q2", "C261123-K7M4Q2"),
        ("XC261123-K7M4Q2", ""),
        ("", ""),
    ],
)
def test_a_case_number_in_a_subject_is_found(subject: str, number: str) -> None:
    assert mail_threads.number_named(subject) == number


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("早餐券不能使用，请退款。", "zh-hans"),
        ("早餐券無法使用，請協助處理訂單與點數問題。", "zh-hant"),
        ("My breakfast voucher does not work at 南京东路店.", "en"),
        ("12345", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_told(text: str, language: str) -> None:
    assert mail_threads.language_of(text) == language
