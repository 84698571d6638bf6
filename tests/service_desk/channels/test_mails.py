"""Mails that arrive (SVC-01 · A6.2.1): where they go, who is believed, and that no machine talks to a machine."""

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
from PIL import Image

from core import access, clock, parameters
from core.messaging import dispatch, providers
from core.models import AuditRecord, Message, User
from core.refusals import Refusal
from members.models import Member
from service_desk.channels.models import InboundMail
from service_desk.channels.operations import mail_desk
from service_desk.channels.policy.parameters import MailParameters
from service_desk.models import Case, CaseAttachment, CaseEntry, CaseLink
from service_desk.operations import cases, letters, threads
from tests.service_desk.channels.letters import HERS, arrives, letter

pytestmark = pytest.mark.django_db
STRANGER = "somebody@elsewhere.example"


@pytest.fixture(autouse=True)
def _mailbox(settings) -> None:
    settings.SERVICE_ADDRESS = "Service <service@tessera.example>"
    settings.DEFAULT_FROM_EMAIL = "Tessera <membership@tessera.example>"


def a_case(member: Member | None = None, *, email: str = "") -> Case:
    contact = None if member else cases.Contact(name="Ann", email=email)
    return cases.open_case(
        kind="enquiry", channel="email", subject="Breakfast", body="Does it work?", member=member, contact=contact
    )


def thread(case: Case) -> list[tuple[str, str]]:
    return [(one.direction, one.body) for one in case.entries.order_by("id")]


def sent(event: str = letters.RECEIVED) -> list[Message]:
    return list(Message.objects.filter(event=event, channel="email"))


def test_a_members_mail_opens_a_case_of_hers_and_is_acknowledged(wanqing: Member) -> None:
    received = arrives(subject="早餐券不能用", text="我要投诉：早餐券不能使用。", Message_ID="<m1@mailer.example>")
    case = Case.objects.get()
    assert (case.member, case.channel, case.kind, case.subject) == (wanqing, "email", "complaint", "早餐券不能用")
    entry = case.entries.get()
    assert (entry.direction, entry.body, entry.message_id) == (
        "in",
        "我要投诉：早餐券不能使用。",
        "<m1@mailer.example>",
    )
    assert (received.mail.outcome, received.mail.case, received.mail.entry) == ("opened", case, entry)
    assert received.mail.is_acknowledged
    assert len(sent()) == 1


def test_what_we_send_can_be_answered_and_says_that_a_machine_wrote_it(wanqing: Member, mailoutbox, settings) -> None:
    settings.MESSAGE_PROVIDERS = {**settings.MESSAGE_PROVIDERS, "email": "core.messaging.providers.DjangoEmail"}
    arrives(Message_ID="<m1@mailer.example>")
    dispatch.run("email")
    head = mailoutbox[0].message()
    case = Case.objects.get()
    assert head["Auto-Submitted"] == "auto-replied"
    assert head["X-Auto-Response-Suppress"] == "All"
    assert head["In-Reply-To"] == head["References"] == "<m1@mailer.example>"
    assert letters.number_in([head["Reply-To"]]) == case.number
    assert head["Message-ID"]


def test_a_mail_that_arrives_again_by_whatever_way_changes_nothing(wanqing: Member) -> None:
    raw = letter()
    first, again = arrives(raw), arrives(b"Received: from mx2.example\r\n" + raw)
    assert (first.is_new, again.is_new, again.mail) == (True, False, first.mail)
    assert (Case.objects.count(), CaseEntry.objects.count(), InboundMail.objects.count()) == (1, 1, 1)


def test_two_mails_of_one_message_id_are_two(wanqing: Member) -> None:
    """Some mailers use a number twice; a colliding one must not silence anybody."""
    arrives(text="one", Message_ID="<same@mailer.example>")
    arrives(text="two", Message_ID="<same@mailer.example>")
    assert InboundMail.objects.count() == 2
    assert "two" in [one.body for one in CaseEntry.objects.filter(direction="in")]


def test_an_answer_to_our_mail_goes_into_its_case_by_address(wanqing: Member) -> None:
    case = a_case(wanqing)
    arrives(to=letters.reply_address(case.number), subject="something else", text="It does.\n\n> Does it work?")
    assert thread(case)[-1] == ("in", "It does.\n\n[…]")
    assert Case.objects.count() == 1
    assert len(sent()) == 1  # of the opening; an answer is not acknowledged
    mail = InboundMail.objects.get()
    assert mail.text.endswith("> Does it work?")  # the whole is kept beside the thread


def test_an_answer_goes_into_its_case_by_message_id(wanqing: Member, service_agent: User) -> None:
    case = a_case(wanqing)
    entry = threads.reply(case, body="Try again, please.", by=service_agent)
    arrives(In_Reply_To=entry.message_id, subject="Re")
    arrives(References=f"<old@x.example> {entry.message_id} <other@x.example>", text="and again")
    assert [direction for direction, _ in thread(case)] == ["in", "out", "in", "in"]


def test_a_number_in_the_subject_counts_only_from_the_contact(wanqing: Member, stranger: Member) -> None:
    case = a_case(wanqing)
    arrives(subject=f"Re: Breakfast · {case.number}")
    assert len(thread(case)) == 2
    arrives(subject=f"Re: {case.number}", sender=STRANGER)
    assert len(thread(case)) == 2
    other = Case.objects.exclude(pk=case.pk).get()
    assert (other.member, other.contact_email) == (None, STRANGER)


def test_an_address_that_is_not_verified_is_nobodys(wanqing: Member) -> None:
    wanqing.email_verified_at = None
    wanqing.save(update_fields=["email_verified_at"])
    arrives()
    case = Case.objects.get()
    assert (case.member, case.contact_email) == (None, HERS)


def test_who_our_mail_server_disowns_is_not_the_member(wanqing: Member, settings) -> None:
    settings.MAIL_AUTHSERV = "mx.tessera.example"
    case = a_case(wanqing)
    forged = "mx.tessera.example; spf=fail; dmarc=fail header.from=example.com"
    arrives(subject=f"Re: {case.number}", text="Close my account!", Authentication_Results=forged)
    assert len(thread(case)) == 1
    assert Case.objects.latest("pk").member is None


def test_a_stranger_who_knows_the_address_of_a_case_is_heard_in_one_of_his_own(
    wanqing: Member, service_agent: User
) -> None:
    case = a_case(wanqing)
    case.owner = service_agent
    case.save()
    leaked = letters.reply_address(case.number)
    arrives(to=leaked, sender=STRANGER, text="Send me her data.")
    own = Case.objects.exclude(pk=case.pk).get()
    assert (own.member, own.contact_email) == (None, STRANGER)
    assert CaseLink.objects.filter(case=own, other=case, kind="related").exists()
    direction, noted = thread(case)[-1]
    assert direction == "note"
    assert own.number in noted
    assert STRANGER not in noted  # masked
    assert "her data" not in noted
    assert Message.objects.filter(event="case.remark", recipient=service_agent).count() == 1
    arrives(to=leaked, sender=STRANGER, text="Hello?")
    assert [body for _, body in thread(own)] == ["Send me her data.", "Hello?"]
    assert Case.objects.count() == 2


def test_a_forged_tag_proves_nothing(wanqing: Member) -> None:
    case = a_case(wanqing)
    arrives(to=f"service+{case.number.lower()}.0000000000@tessera.example", sender=STRANGER)
    assert len(thread(case)) == 1
    assert not CaseLink.objects.exists()


AUTOMATIC: dict[str, Any] = {"Auto_Submitted": "auto-replied"}


def test_an_out_of_office_answer_is_noted_and_moves_nothing(wanqing: Member, service_agent: User) -> None:
    case = a_case(wanqing)
    threads.reply(case, body="Please tell us when.", by=service_agent, waits=True)
    before = Message.objects.filter(channel="email").count()
    received = arrives(to=letters.reply_address(case.number), text="I am away until Monday.", **AUTOMATIC)
    case.refresh_from_db()
    assert (received.mail.outcome, case.state, thread(case)[-1][0]) == ("noted", "waiting", "note")
    assert "away until Monday" in thread(case)[-1][1]
    assert Message.objects.filter(channel="email").count() == before


@pytest.mark.parametrize(
    "headers",
    [AUTOMATIC, {"Precedence": "bulk"}, {"List_Id": "<n.example>"}, {"X_Auto_Response_Suppress": "OOF"},
     {"sender": "mailer-daemon@x.example"}, {"Return_Path": "<>"}],
)  # fmt: skip
def test_what_a_machine_writes_about_no_case_is_set_aside_and_never_answered(wanqing: Member, headers) -> None:
    received = arrives(**headers)
    assert (received.mail.outcome, Case.objects.count(), Message.objects.count()) == ("set-aside", 0, 0)


@pytest.mark.parametrize(
    "sender", ["service@tessera.example", "membership@tessera.example", "Service+x@tessera.example"]
)
def test_our_own_mail_that_comes_back_is_dropped(db: None, sender: str) -> None:
    assert arrives(sender=sender).mail.outcome == "dropped"
    assert not Case.objects.exists()


def test_our_own_message_id_that_comes_back_is_dropped(wanqing: Member) -> None:
    case = a_case(wanqing)
    dispatch.run("email")
    own = providers.message_id(sent()[0].dedup_key)
    assert arrives(Message_ID=own).mail.outcome == "dropped"
    assert len(thread(case)) == 1


def test_a_responder_that_says_nothing_of_itself_runs_out_of_answers(wanqing: Member) -> None:
    """It answers each of our mails to our bare address, under another subject: the worst there is."""
    limits = parameters.in_force(MailParameters)
    for number in range(limits.per_sender_hour + 30):
        before = Message.objects.filter(event=letters.RECEIVED, channel="email").count()
        arrives(text=f"I am away ({number}).", subject=f"Away {number}")
        if Message.objects.filter(event=letters.RECEIVED, channel="email").count() == before:
            break  # nothing was answered, so nothing comes back
    assert number == limits.acknowledgements_per_hour
    assert len(sent()) == limits.acknowledgements_per_hour


def test_a_flood_from_one_sender_is_set_aside_and_nothing_of_it_is_lost(wanqing: Member) -> None:
    limits = parameters.in_force(MailParameters)
    for number in range(limits.per_sender_hour + 5):
        arrives(text=f"again {number}", subject=f"No {number}")
    assert Case.objects.count() == limits.per_sender_hour
    aside = InboundMail.objects.filter(outcome="set-aside", reason="sender-often")
    assert aside.count() == 5
    assert len(sent()) == limits.acknowledgements_per_hour
    with clock.stopped(clock.now() + dt.timedelta(hours=1, minutes=1)):
        assert arrives(text="an hour later").mail.outcome == "opened"


def test_a_flood_into_one_case_stops_hard_with_one_remark(wanqing: Member) -> None:
    case, limits = a_case(wanqing), parameters.in_force(MailParameters)
    for number in range(limits.per_case_hour + 7):
        arrives(text=f"again {number}", to=letters.reply_address(case.number))
    kinds = [direction for direction, _ in thread(case)]
    assert (kinds.count("in"), kinds.count("note")) == (1 + limits.per_case_hour, 1)
    assert InboundMail.objects.filter(outcome="set-aside", reason="case-often", case=case).count() == 7


def bounce_of(entry: CaseEntry, *, action: str = "failed") -> bytes:
    body = (
        "--b\nContent-Type: text/plain\n\nUndelivered\n--b\nContent-Type: message/delivery-status\n\n"
        f"Final-Recipient: rfc822; {HERS}\nAction: {action}\nStatus: 5.1.1\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {entry.message_id}\n\n--b--\n"
    )
    head = "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nReturn-Path: <>\nAuto-Submitted: auto-replied\n"
    return f"{head}Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n{body}".encode()


def test_a_bounce_is_noted_beside_the_answer_it_speaks_of_and_its_author_hears_of_it(
    wanqing: Member, service_agent: User
) -> None:
    case = a_case(wanqing)
    entry = threads.reply(case, body="It works now.", by=service_agent)
    received = arrives(bounce_of(entry))
    assert (received.mail.outcome, received.mail.case) == ("undelivered", case)
    direction, noted = thread(case)[-1]
    assert direction == "note"
    assert HERS in noted
    assert "5.1.1" in noted
    assert Message.objects.filter(event="case.remark", recipient=service_agent).exists()


def test_a_bounce_of_a_receipt_finds_its_case_by_our_address(wanqing: Member) -> None:
    case = a_case(wanqing)
    raw = letter("gone", sender="mailer-daemon@mx.example", to=letters.reply_address(case.number))
    assert arrives(raw).mail.outcome == "undelivered"


def test_a_bounce_that_names_the_members_own_mail_is_nobodys(wanqing: Member) -> None:
    """Anybody who got that mail too knows its number; only ours prove something."""
    received = arrives(Message_ID="<hers@mailer.example>")
    entry = received.mail.entry
    assert entry is not None
    assert arrives(bounce_of(entry)).mail.outcome == "set-aside"


def test_a_delay_is_no_failure(wanqing: Member, service_agent: User) -> None:
    case = a_case(wanqing)
    entry = threads.reply(case, body="It works now.", by=service_agent)
    assert arrives(bounce_of(entry, action="delayed")).mail.outcome == "dropped"
    assert len(thread(case)) == 2


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4)).save(made, "PNG")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", b"0" * 70_000_000)
    return made.getvalue()


def test_files_are_judged_one_by_one_and_the_thread_tells_of_those_not_taken(wanqing: Member) -> None:
    files = (
        ("小票.png", picture()), ("a.html", b"<html><script>1</script>"), ("b.svg", b"<svg onload=x>"), ("c.exe", b"MZ\x90\x00"),
        ("bomb.docx", bomb()), ("../../etc/passwd.txt", b"plain"), ("empty.txt", b""),
    )  # fmt: skip
    arrives(letter(files=files))
    case = Case.objects.get()
    assert [one.name for one in CaseAttachment.objects.order_by("id")] == ["小票.png", "passwd.txt"]
    direction, noted = thread(case)[-1]
    assert direction == "note"
    for name in ("a.html", "b.svg", "c.exe", "bomb.docx"):
        assert name in noted


def test_more_files_than_a_message_may_have_are_told_not_refused(wanqing: Member) -> None:
    arrives(letter(files=tuple((f"{number}.txt", f"file {number}".encode()) for number in range(13))))
    assert CaseAttachment.objects.count() == 10
    assert thread(Case.objects.get())[-1][0] == "note"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 100, b"no headers at all", b"From: \r\n\r\nx", b"From: not-an-address\r\n\r\nx",
     b"From: a@localhost\r\n\r\nx", b"Subject: only this\r\n\r\n"],
)  # fmt: skip
def test_a_mail_without_a_sender_is_set_aside(db: None, raw: bytes) -> None:
    received = arrives(raw)
    assert (received.mail.outcome, received.mail.reason) == ("set-aside", "no-sender")


def test_naughty_content_is_kept_plain(wanqing: Member) -> None:
    arrives(b"From: wanqing.lin@example.com\r\nSubject: a\x00b\r\n\r\n" + b"\x00\x01<script>\xe2\x80\xae hi")
    case = Case.objects.get()
    assert case.subject == "ab"
    assert "\x00" not in case.entries.get().body
    assert "<script>" in case.entries.get().body  # a text, which pages escape


def test_an_empty_mail_keeps_its_subject(wanqing: Member) -> None:
    arrives(text="", subject="Please call me")
    assert Case.objects.get().entries.get().body == "Please call me"


def test_a_colleague_makes_a_case_of_a_mail_set_aside_once(wanqing: Member, service_agent: User) -> None:
    mail = arrives(text="I want my money back", **AUTOMATIC).mail
    case = mail_desk.admit(mail, by=service_agent)
    assert (case.member, case.entries.get().body) == (wanqing, "I want my money back")
    assert not sent()  # whoever it was, a machine answers
    with pytest.raises(Refusal) as refused:
        mail_desk.admit(mail, by=service_agent)
    assert refused.value.code == "mail_settled"
    assert AuditRecord.objects.filter(action="service_desk.mail.admit", actor=service_agent).count() == 1


def test_what_the_brake_kept_out_of_a_case_is_let_into_it(wanqing: Member, service_agent: User) -> None:
    case, limits = a_case(wanqing), parameters.in_force(MailParameters)
    for number in range(limits.per_case_hour + 1):
        arrives(text=f"again {number}", to=letters.reply_address(case.number))
    mail = InboundMail.objects.get(reason="case-often")
    assert mail_desk.admit(mail, by=service_agent) == case
    assert thread(case)[-1] == ("in", f"again {limits.per_case_hour}")


def test_dismissing_settles_and_both_are_for_who_handles_cases(
    wanqing: Member, service_agent: User, clerk: User
) -> None:
    mail = arrives(**AUTOMATIC).mail
    for act in (mail_desk.admit, mail_desk.dismiss):
        with pytest.raises(Refusal):
            act(mail, by=clerk)
    assert mail_desk.dismiss(mail, by=service_agent).settled_by == service_agent
    assert not access.allows(clerk, "service_desk.view_inboundmail")


def test_whole_mails_are_forgotten_in_time_and_what_waits_is_not(wanqing: Member) -> None:
    opened, waits = arrives().mail, arrives(text="away", **AUTOMATIC).mail
    later = clock.now() + dt.timedelta(days=parameters.in_force(MailParameters).keep_days + 1)
    with clock.stopped(later):
        keys = list(mail_desk.to_forget().values_list("pk", flat=True))
        assert keys == [opened.pk]
        assert mail_desk.forget(keys) == 1
        assert mail_desk.forget(keys) == 0
    opened.refresh_from_db()
    waits.refresh_from_db()
    assert (opened.text, opened.sender, opened.sender_index, opened.case is not None) == ("", "", "", True)
    assert waits.text


def test_nothing_of_a_mail_stands_in_the_trail(wanqing: Member) -> None:
    arrives(text="my secret", subject="hidden words")
    told = json.dumps(list(AuditRecord.objects.values("subject", "details", "reason", "actor_label")), default=str)
    for word in ("my secret", "hidden words", HERS):
        assert word not in told
