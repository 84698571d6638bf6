"""Live chats (SVC-01 · A6.2.1): taken, answered, ended, never lost; whatever is over is a case with its whole thread."""

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from core import clock, verify
from core.fields import digest_in
from core.models import AuditRecord, Message, User
from core.refusals import Refusal
from members.models import Household, Member
from service_desk.channels.models import Chat, ChatFile, ChatLine, ChatSeat
from service_desk.channels.operations import chat_desk, chat_lines
from service_desk.channels.operations import chats as life
from service_desk.channels.queries import chats
from service_desk.models import AgentProfile, Case, CaseAttachment, CaseClock, CaseEntry
from service_desk.operations.attachments import Upload
from service_desk.operations.cases import Contact
from tests import factories
from tests.service_desk import desk
from tests.service_desk.desk import on

pytestmark = pytest.mark.django_db
VISITOR = Contact(name="Ann", phone="13912345678", email="")


@pytest.fixture
def seated(ling: User) -> User:
    """An agent on duty with her chat desk open."""
    chat_desk.sit(by=ling)
    return ling


def begun(member: Member | None = None, **told: Any) -> Chat:
    given: dict[str, Any] = {"text": "早餐券不能用，怎么办？", "member": member, "contact": None if member else VISITOR}
    return life.open_chat(**(given | told))


def said(chat: Chat) -> list[str]:
    return [one.body for one in chat.lines.order_by("position")]


def thread(case: Case) -> list[tuple[str, str]]:
    return [(one.direction, one.body) for one in case.entries.order_by("at", "id")]


def later(seconds: float) -> Any:
    return clock.stopped(clock.now() + dt.timedelta(seconds=seconds))


def test_a_chat_is_opened_offered_taken_answered_and_becomes_a_case_of_the_agent(wanqing: Member, seated: User) -> None:
    chat = begun(wanqing)
    assert (chat.state, chat.offered_to, chats.place_in_line(chat)) == ("waiting", seated, 1)
    with later(20):
        chat = life.take(chat, by=seated)
        chat_lines.say(chat, text="请问是哪家门店？", by=seated)
    with later(40):
        chat_lines.say(chat, text="南京东路店")
    with later(60):
        ended = life.end(chat, by=seated)
    case = ended.case
    assert case is not None
    assert (ended.state, ended.ending, case.channel, case.member, case.owner, case.state) == (
        "ended", "agent", "chat", wanqing, seated, "open",
    )  # fmt: skip
    assert thread(case) == [("in", "早餐券不能用，怎么办？"), ("out", "请问是哪家门店？"), ("in", "南京东路店")]
    assert [one.author for one in case.entries.order_by("at", "id")] == [None, seated, None]
    assert not Message.objects.filter(event="case.received").exists()  # she was there


def test_the_clocks_of_the_case_follow_from_when_it_was_said(wanqing: Member, seated: User) -> None:
    opened = clock.now()
    chat = begun(wanqing, text="我要投诉：早餐券不能用。")
    with later(20):
        life.take(chat, by=seated)
        chat_lines.say(chat, text="请稍候", by=seated)
    with later(1_800):
        chat_lines.say(chat, text="好了吗？")
        ended = life.end(chat, by=seated)
    clocks = {one.promise: one for one in CaseClock.objects.filter(case=ended.case)}
    assert clocks["acknowledge"].met_at == opened
    assert clocks["first-response"].met_at == opened + dt.timedelta(seconds=20)
    assert clocks["next-response"].started_at == opened + dt.timedelta(seconds=1_800)
    assert not any(one.breached_at for one in clocks.values())
    assert [one.code for one in verify.invariants() if one.code.startswith("43") and verify.look(one).broken] == []


def test_what_settled_it_makes_the_case_resolved(wanqing: Member, seated: User) -> None:
    chat = life.take(begun(wanqing), by=seated)
    chat_lines.say(chat, text="已补发到您的卡里。", by=seated)
    case = life.end(chat, by=seated, resolution="已补发早餐券").case
    assert case is not None
    assert (case.state, case.resolution) == ("open", "")
    case.refresh_from_db()
    assert (case.state, case.resolution) == ("resolved", "已补发早餐券")


def test_where_nobody_is_on_duty_it_is_a_case_at_once(wanqing: Member) -> None:
    chat = begun(wanqing)
    assert (chat_state(chat), Case.objects.get().state) == (("missed", "nobody"), "new")
    assert Message.objects.filter(event="case.received").exists()


def chat_state(chat: Chat) -> tuple[str, str]:
    chat.refresh_from_db()
    return chat.state, chat.ending


def test_a_colleague_on_duty_whose_desk_is_closed_hears_nobody(wanqing: Member, ling: User) -> None:
    assert chat_state(begun(wanqing)) == ("missed", "nobody")


def test_a_colleague_at_his_desk_who_is_not_on_duty_is_not_asked(wanqing: Member, seated: User) -> None:
    AgentProfile.objects.filter(user=seated).update(is_on_duty=False)
    assert chat_state(begun(wanqing)) == ("missed", "nobody")


def test_outside_business_hours_it_is_a_case_and_the_hours_are_told(wanqing: Member, ling: User) -> None:
    with on("23 22:00"):
        chat_desk.sit(by=ling)
        opening = chats.opening()
        assert not opening.is_open
        assert opening.today == ("09:00–21:00",)
        assert opening.next_at is not None
        assert clock.day_of(opening.next_at).day == 24
        assert chat_state(begun(wanqing)) == ("missed", "nobody")


def test_nobody_takes_it_in_time_and_it_is_a_case_with_all_that_was_written(wanqing: Member, seated: User) -> None:
    chat = begun(wanqing)
    with later(60):
        chat_lines.say(chat, text="有人吗？")
        chat_desk.sit(by=seated)
        assert life.look_after(chat).state == "waiting"
    with later(119):
        chat_desk.sit(by=seated)
        assert life.look_after(chat).state == "waiting"
    with later(121):
        chat_desk.sit(by=seated)
        missed = life.look_after(chat)
    assert (missed.state, missed.ending) == ("missed", "patience")
    assert missed.case is not None
    assert thread(missed.case) == [("in", "早餐券不能用，怎么办？"), ("in", "有人吗？")]
    assert missed.case.owner == seated  # distributed as any other


def test_the_sweep_makes_a_case_of_a_chat_whose_page_was_closed(wanqing: Member, seated: User) -> None:
    chat = begun(wanqing)
    with later(500):
        assert chat_desk.tend() == 1
        assert chat_desk.tend() == 0
    assert chat_state(chat)[0] == "missed"


def test_an_offer_that_is_let_pass_goes_to_the_next(wanqing: Member, seated: User) -> None:
    mei = desk.agent("Mei", skills=("products", "points", "refunds", "privacy"), languages=("zh-hans",))
    chat_desk.sit(by=mei)
    chat = begun(wanqing)
    first = chat.offered_to
    with later(31):
        for one in (seated, mei):
            chat_desk.sit(by=one)
        assert chat_desk.tend() == 1
    chat.refresh_from_db()
    assert {first, chat.offered_to} == {seated, mei}
    assert first is not None
    assert chat.passed == [first.pk]


def test_the_higher_tier_stands_first_in_the_line(wanqing: Member, stranger: Member, seated: User) -> None:
    first, second = begun(stranger), begun(wanqing)
    Chat.objects.filter(pk=second.pk).update(tier="gold", tier_rank=2)
    second.refresh_from_db()
    assert [one.pk for one in chats.waiting()] == [second.pk, first.pk]
    assert (chats.place_in_line(second), chats.place_in_line(first)) == (1, 2)


def test_of_two_colleagues_one_takes_it(wanqing: Member, seated: User, otto: User) -> None:
    chat_desk.sit(by=otto)
    chat = begun(wanqing)
    assert life.take(chat, by=seated).agent == seated
    assert life.take(chat, by=seated).agent == seated
    with pytest.raises(Refusal) as refused:
        life.take(chat, by=otto)
    assert refused.value.code == "chat_taken"
    for act in (life.end, life.hand_back):
        with pytest.raises(Refusal):
            act(chat, by=otto)
    with pytest.raises(Refusal):
        chat_lines.say(chat, text="me too", by=otto)


def test_nobody_has_more_chats_than_he_may(seated: User) -> None:
    for _number in range(3):
        life.take(begun(factories.MemberFactory.create()), by=seated)
    with pytest.raises(Refusal) as refused:
        life.take(begun(factories.MemberFactory.create()), by=seated)
    assert refused.value.code == "chats_full"


def test_nobody_takes_his_own_or_his_households_chat(wanqing: Member, household: Household, ling: User) -> None:
    husband = Member.objects.get(
        phone_index__isnull=False, household=household, name_index=digest_in(Member, "name_index", "陈志远")
    )
    husband.user = ling
    husband.save(update_fields=["user"])
    ling.refresh_from_db()
    chat_desk.sit(by=ling)
    otto = desk.agent("Otto")
    chat_desk.sit(by=otto)
    chat = begun(wanqing, text="你好")
    assert chat.offered_to == otto
    with pytest.raises(Refusal) as refused:
        life.take(chat, by=ling)
    assert refused.value.code == "own_case"


def test_handing_back_leads_to_somebody_else(wanqing: Member, seated: User) -> None:
    mei = desk.agent("Mei", skills=("products",), languages=("zh-hans",))
    chat_desk.sit(by=mei)
    chat = life.hand_back(life.take(begun(wanqing), by=seated), by=seated)
    assert (chat.state, chat.agent, chat.offered_to_id) == ("waiting", None, mei.pk)
    assert life.take(chat, by=mei).agent == mei


def test_silence_ends_a_chat_as_a_case_of_its_agent(wanqing: Member, seated: User) -> None:
    chat = life.take(begun(wanqing), by=seated)
    with later(9 * 60):
        chat_lines.say(chat, text="还在吗？")
    with later(18 * 60):
        assert life.look_after(chat).state == "talking"
    with later(20 * 60):
        ended = life.look_after(chat)
    assert (ended.state, ended.ending) == ("ended", "silence")
    assert ended.case is not None
    assert ended.case.owner == seated


def test_the_visitor_ends_it_once_and_what_he_adds_goes_into_the_case(wanqing: Member, seated: User) -> None:
    chat = life.take(begun(wanqing), by=seated)
    case = life.leave(chat).case
    assert life.leave(chat).case == case
    assert case is not None
    chat_lines.say(chat, text="忘了说：是周日。", key="k9")
    chat_lines.say(chat, text="忘了说：是周日。", key="k9")
    assert thread(case)[-1] == ("in", "忘了说：是周日。")
    assert case.entries.count() == 2
    with pytest.raises(Refusal) as refused:
        chat_lines.say(chat, text="ok", by=seated)
    assert refused.value.code == "chat_over"


def test_a_line_sent_twice_by_a_shaky_phone_is_kept_once(wanqing: Member, seated: User) -> None:
    chat = begun(wanqing, key="first")
    again = begun(wanqing, key="first")
    assert again == chat
    lines = [chat_lines.say(chat, text="hello", key="k1") for _ in range(5)]
    assert len({line.pk for line in lines}) == 1
    chat_lines.say(chat, text="hello", key="k2")
    assert said(chat)[1:] == ["hello", "hello"]
    assert [one.position for one in chat.lines.order_by("position")] == [1, 2, 3]


def test_a_member_has_one_chat_at_a_time(wanqing: Member, seated: User) -> None:
    first = begun(wanqing, key="phone")
    second = begun(wanqing, key="laptop", text="我在电脑上了")
    assert second == first
    assert said(first)[1] == "我在电脑上了"
    with pytest.raises(IntegrityError), transaction.atomic():
        Chat.objects.create(member=wanqing)


def test_a_visitor_is_answered_where_he_said_and_never_written_to_by_a_machine(seated: User) -> None:
    chat = begun(text="Do you sell gift cards?")
    assert (chat.phone, chat.language) == ("+8613912345678", "en")
    with later(600):
        chat_desk.tend()
    case = Case.objects.get()
    assert (case.member, case.contact_phone, case.contact_name) == (None, "+8613912345678", "Ann")
    assert not Message.objects.filter(channel__in=["sms", "email"]).exists()  # anybody could have named that number


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"contact": Contact(name="Ann")}, "chat_needs_contact"),
        ({"text": "  \x00 "}, "text_missing"),
        ({"text": "x" * 4_001}, "text_too_long"),
        ({"contact": Contact(name="Ann", phone="12")}, "phone_too_short"),
    ],
)
def test_what_cannot_begin_is_refused(db: None, told: dict[str, Any], code: str) -> None:
    with pytest.raises(Exception) as refused:
        begun(**told)
    assert getattr(refused.value, "code", "") == code
    assert not Chat.objects.exists()


def test_files_are_judged_and_travel_into_the_case(wanqing: Member, seated: User) -> None:
    chat = life.take(begun(wanqing, uploads=[Upload("小票.txt", "早餐 38 元".encode())]), by=seated)
    with pytest.raises(Refusal):
        chat_lines.say(chat, text="", uploads=[Upload("a.svg", b"<svg onload=x>")])
    with pytest.raises(Refusal):
        chat_lines.say(chat, text="")
    chat_lines.say(chat, text="", by=seated, uploads=[Upload("价目.txt", b"38")])
    case = life.end(chat, by=seated).case
    assert case is not None
    kept = list(CaseAttachment.objects.filter(entry__case=case).order_by("id"))
    assert [(one.name, one.entry.direction) for one in kept] == [("小票.txt", "in"), ("价目.txt", "out")]
    assert {one.path for one in kept} == set(ChatFile.objects.values_list("path", flat=True))


def test_a_chat_that_began_with_a_file_alone_has_a_subject(wanqing: Member, seated: User) -> None:
    chat = begun(wanqing)
    ChatLine.objects.filter(chat=chat).update(body="")
    case = life.leave(life.take(chat, by=seated)).case
    assert case is not None
    assert case.subject


def test_typing_is_a_signal_that_fades(wanqing: Member, seated: User, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = begun(wanqing)
    chat_lines.typing(chat, who=chat_lines.VISITOR)
    assert chat_lines.who_types([chat.pk, chat.pk + 1], who=chat_lines.VISITOR) == {chat.pk}
    assert chat_lines.who_types([chat.pk], who=chat_lines.AGENT) == set()
    chat_lines.say(chat, text="done")
    assert chat_lines.who_types([chat.pk], who=chat_lines.VISITOR) == set()

    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    for name in ("set", "get_many", "delete"):
        monkeypatch.setattr(cache, name, away)
    chat_lines.typing(chat, who=chat_lines.VISITOR)
    assert chat_lines.who_types([chat.pk], who=chat_lines.VISITOR) == set()
    chat_lines.say(chat, text="all the same")


def test_a_desk_that_shows_no_sign_is_closed(ling: User, wanqing: Member) -> None:
    chat_desk.sit(by=ling)
    assert len(chats.seats()) == 1
    with later(61):
        assert chats.seats() == []
        chat_desk.sit(by=ling)
        assert len(chats.seats()) == 1
        chat_desk.stand_up(by=ling)
        assert not ChatSeat.objects.exists()


def test_who_may_not_handle_cases_has_no_desk(clerk: User, wanqing: Member, seated: User) -> None:
    with pytest.raises(Refusal):
        chat_desk.sit(by=clerk)
    with pytest.raises(Refusal):
        life.take(begun(wanqing), by=clerk)


def test_nothing_said_in_a_chat_stands_in_the_trail(wanqing: Member, seated: User) -> None:
    life.end(life.take(begun(wanqing, text="my secret words"), by=seated), by=seated)
    told = str(list(AuditRecord.objects.values("action", "details", "subject")))
    assert "service_desk.chat.take" in told
    assert "secret" not in told


def test_chats_are_forgotten_in_time_and_their_cases_are_not(wanqing: Member, seated: User) -> None:
    chat = life.leave(life.take(begun(wanqing), by=seated))
    entries = CaseEntry.objects.count()
    with later(8 * 24 * 3600):
        keys = list(chat_desk.to_forget().values_list("pk", flat=True))
        assert (chat_desk.forget(keys), chat_desk.forget(keys)) == (1, 0)
        assert chats.of_member(wanqing) is None
    assert (ChatLine.objects.count(), CaseEntry.objects.count()) == (0, entries)
    assert chat_state(chat) == ("ended", "visitor")


def test_the_database_keeps_a_chat_that_is_over_tied_to_its_case(wanqing: Member, seated: User) -> None:
    chat = begun(wanqing)
    for wrong in ({"state": "ended"}, {"state": "talking"}, {"case": None, "state": "missed", "ended_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Chat.objects.filter(pk=chat.pk).update(**wrong)
