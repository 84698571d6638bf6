"""What is said in a case, over all channels (SVC-01): one thread, no message twice, none lost."""

import datetime as dt

import pytest
from django.conf import LazySettings

from core.messaging import dispatch
from core.models import Message, User
from core.refusals import Refusal
from members.models import Member
from service_desk.models import Case, CaseEntry, CaseLink
from service_desk.operations import handling, letters, threads
from service_desk.operations.cases import Contact
from service_desk.policy.codes import Promise
from service_desk.queries import cases as looked_up
from tests.service_desk.desk import agent, complaint, enquiry, fresh, looked_into, on, ran, refused
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories", "sound")]


@pytest.fixture
def case(wanqing: Member, ling: User) -> Case:
    with on("23 10:00"):
        return complaint(wanqing)


def test_an_answer_goes_to_the_member_by_inbox_and_e_mail(case: Case, ling: User) -> None:
    with on("23 11:00"):
        entry = threads.reply(case, body="非常抱歉，我们正在了解情况。", by=ling)
    told = Message.objects.filter(event="case.replied", member_id=case.member_id)
    assert set(told.values_list("channel", flat=True)) == {"inbox", "email"}
    assert "非常抱歉" in told.get(channel="inbox").body
    assert (entry.direction, entry.author, fresh(case).state) == ("out", ling, "open")
    assert ran(case, Promise.FIRST_RESPONSE).spent == 60


def test_the_same_word_is_kept_once_however_often_it_arrives(case: Case, ling: User) -> None:
    first = threads.member_wrote(case, body="还在等", channel="email", key="<1@mail>", message_id="<1@mail>")
    assert threads.member_wrote(case, body="还在等", channel="email", key="<1@mail>").pk == first.pk
    reply = threads.reply(case, body="马上", by=ling, key="token")
    assert threads.reply(case, body="马上", by=ling, key="token").pk == reply.pk
    assert threads.note(case, body="n", by=ling, key="t2").pk == threads.note(case, body="n", by=ling, key="t2").pk
    with refused("key_reused"):
        threads.reply(case, body="别的", by=ling, key="token")
    assert case.entries.count() == 4
    assert Message.objects.filter(event="case.replied", channel="inbox").count() == 1


def test_a_word_of_the_members_wakes_a_case_that_waits(case: Case, ling: User) -> None:
    with on("23 11:00"):
        threads.reply(case, body="请提供小票", by=ling, waits=True)
    assert (fresh(case).state, fresh(case).due_at) == ("waiting", None)
    with on("24 10:00"):
        threads.member_wrote(case, body="这是小票", channel="web")
    row = fresh(case)
    assert (row.state, row.unanswered_since) == ("open", moment("24 10:00"))
    assert ran(case, Promise.NEXT_RESPONSE).due_at == moment("24 12:00")
    assert ran(case, Promise.RESOLUTION).due_at == moment("25 21:00")
    assert Message.objects.filter(event="case.member_wrote", recipient=ling).exists()


def test_a_word_after_the_solution_reopens_the_case(case: Case, ling: User) -> None:
    with on("23 11:00"):
        threads.reply(case, body="已退还早餐权益", by=ling, resolves=True)
    assert (fresh(case).state, fresh(case).resolution) == ("resolved", "已退还早餐权益")
    with on("23 15:00"):
        threads.member_wrote(case, body="没有看到", channel="web")
    row = fresh(case)
    assert (row.state, row.reopened, row.resolved_at) == ("open", 1, None)


def test_a_word_long_after_the_end_is_another_matter(case: Case, ling: User) -> None:
    with on("23 11:00"):
        threads.reply(case, body="已处理", by=ling, resolves=True)
        looked_into(case, ling)
        handling.close(case, by=ling)
    with on("23 12:00"):
        assert threads.member_wrote(case, body="谢谢", channel="web").case == case
    with on("23 12:10"):
        handling.resolve(case, by=ling, resolution="致谢", tell=False)
        handling.close(case, by=ling)
    after = moment("23 12:10") + dt.timedelta(days=31)
    with on("23 12:10"), pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.clock.now", lambda: after)
        entry = threads.member_wrote(case, body="又发生了", channel="web", key="late")
        again = threads.member_wrote(case, body="又发生了", channel="web", key="late")
    assert entry.case != case
    assert again.pk == entry.pk
    assert CaseLink.objects.get(case=entry.case).other == case
    assert fresh(case).state == "closed"


def test_a_note_is_for_colleagues_alone(case: Case, ling: User, otto: User) -> None:
    handling.follow(case, by=otto)
    threads.note(case, body="店长说当天缺人", by=ling)
    assert [entry.direction for entry in looked_up.for_member(case)] == ["in"]
    assert not Message.objects.filter(event="case.noted", member_id=case.member_id).exists()
    assert list(Message.objects.filter(event="case.noted").values_list("recipient", flat=True)) == [otto.pk]


def test_an_answer_by_telephone_is_recorded_and_not_sent(case: Case, ling: User) -> None:
    threads.reply(case, body="电话已说明", by=ling, channel="hotline", waits=True)
    assert not Message.objects.filter(event="case.replied").exists()
    assert fresh(case).state == "waiting"


def test_whom_nobody_can_reach_is_not_answered_by_mail(otto: User) -> None:
    case = enquiry(None, contact=Contact("somebody"), channel="social")
    with pytest.raises(Refusal) as refusal:
        threads.reply(case, body="Seven o’clock.", by=otto)
    assert refusal.value.code == "case_cannot_be_answered"
    assert threads.reply(case, body="Seven o’clock.", by=otto, channel="social").channel == "social"


def test_whoever_has_a_phone_alone_is_told_by_sms(otto: User) -> None:
    case = enquiry(None, contact=Contact("Zhang", "13900139000"), channel="hotline", by=otto)
    threads.reply(case, body="From seven to eleven, on Sundays too. " * 10, by=otto)
    message = Message.objects.get(event="case.replied")
    assert (message.channel, message.address) == ("sms", "+8613900139000")


def test_a_closed_case_is_not_answered(case: Case, ling: User) -> None:
    threads.reply(case, body="已处理", by=ling, resolves=True)
    looked_into(case, ling)
    handling.close(case, by=ling)
    with pytest.raises(Refusal) as refusal:
        threads.reply(case, body="又及", by=ling)
    assert refusal.value.code == "case_closed"


def test_an_answer_needs_words(case: Case, ling: User) -> None:
    with pytest.raises(Refusal) as refusal:
        threads.reply(case, body=" \n ", by=ling)
    assert refusal.value.code == "text_missing"


def test_a_case_of_nobody_becomes_the_answerers(wanqing: Member) -> None:
    case = enquiry(wanqing)
    assert case.owner is None
    bo = agent("Bo", on_duty=False)
    threads.reply(case, body="From seven.", by=bo)
    assert fresh(case).owner == bo


def test_a_stale_form_is_told_so(case: Case, ling: User, otto: User) -> None:
    seen = fresh(case).version
    threads.note(case, body="I call her", by=otto, version=seen)
    with pytest.raises(Refusal) as refusal:
        threads.reply(case, body="抱歉", by=ling, version=seen)
    assert (refusal.value.code, refusal.value.status) == ("case_changed", 409)
    assert not CaseEntry.objects.filter(direction="out").exists()


@pytest.fixture
def mailbox(settings: LazySettings) -> None:
    settings.SERVICE_ADDRESS = "Service <service@tessera.example>"
    settings.MESSAGE_PROVIDERS = {
        "email": "core.messaging.providers.DjangoEmail",
        "sms": settings.MESSAGE_PROVIDERS["sms"],
    }


@pytest.mark.usefixtures("mailbox")
def test_a_mail_that_answers_ours_finds_its_case(case: Case, ling: User, mailoutbox: list[object]) -> None:
    threads.member_wrote(case, body="还在等", channel="email", key="<1@qq.com>", message_id="<1@qq.com>")
    entry = threads.reply(case, body="抱歉让您久等", by=ling)
    dispatch.run("email")
    sent = [mail for mail in mailoutbox if "抱歉让您久等" in mail.body]  # type: ignore[attr-defined]
    assert len(sent) == 1
    headers = sent[0].extra_headers  # type: ignore[attr-defined]
    assert headers["Message-ID"] == entry.message_id
    assert headers["In-Reply-To"] == headers["References"] == "<1@qq.com>"
    assert "Auto-Submitted" not in headers  # a colleague wrote it
    assert letters.number_in(["x@y.example", headers["Reply-To"]]) == case.number
    found = looked_up.in_reply_to(["<nobody@knows>", entry.message_id])
    assert found is not None
    assert found.case == case


@pytest.mark.parametrize(
    "evil", ["<a@b>\r\nBcc: all@example.com", "no brackets", "<a b@c>", "<>", "<" + "x" * 300 + ">"]
)
def test_a_message_id_cannot_smuggle_headers(case: Case, evil: str) -> None:
    entry = threads.member_wrote(case, body="x", channel="email", key=evil, message_id=evil, in_reply_to=evil)
    assert (entry.message_id, entry.in_reply_to) == ("", "")


@pytest.mark.usefixtures("mailbox")
def test_an_address_with_a_guessed_number_proves_nothing(case: Case) -> None:
    address = letters.reply_address(case.number)
    forged = address.replace(case.number[-6:].lower(), "222222")
    assert letters.number_in([address.upper()]) == case.number
    assert letters.number_in([forged]) == ""
    assert letters.number_in([f"service+{case.number.lower()}@tessera.example"]) == ""


def test_without_a_mailbox_there_is_no_address_to_answer_to(case: Case, settings) -> None:
    settings.SERVICE_ADDRESS = ""
    assert letters.reply_address(case.number) == ""


def test_what_was_said_before_it_was_fetched_counts_from_then(case: Case, ling: User) -> None:
    with on("23 10:30"):
        threads.reply(case, body="请稍候", by=ling)
    with on("23 11:00"):
        threads.member_wrote(case, body="好", channel="email", at=moment("23 10:45"))
    assert ran(case, Promise.NEXT_RESPONSE).started_at == moment("23 10:45")
    with on("23 11:05"):
        earlier = threads.member_wrote(case, body="昨天写的", channel="email", at=moment("22 10:45"))
    assert earlier.at == moment(
        "22 10:45"
    )  # the thread is in the order in which it was said, the clocks run from the opening
    assert case.events.filter(kind="member-wrote").latest("pk").at == case.opened_at
