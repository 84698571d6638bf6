"""The channels of the demo: an e-mail thread, mails set aside, a chat that became a case, posts at a network. All by real
operations."""

import datetime as dt
from email.message import EmailMessage
from email.utils import format_datetime

from core import clock
from core.models import User
from members.models import Member
from service_desk.channels.models import Chat, InboundMail, SocialThread
from service_desk.channels.operations import chat_desk, chat_lines, mails, socials
from service_desk.channels.operations import chats as life
from service_desk.channels.policy.social import Post
from service_desk.channels.queries import chats
from service_desk.models import Case
from service_desk.operations import letters, threads

WANQING, THOMAS = "+8613800138001", "+85291234567"
ASKED = "您好，我的早餐券显示已使用，但我昨天并没有去用餐，请帮忙核实。"
ANSWERED = "林女士您好，请问系统显示的使用时间与门店分别是哪里？我们马上核实。"
SAID = "显示昨天上午八点，南京东路店。我昨天在家，没有出门。"
FIRST = "<demo-voucher-1@mail.example>"
LOOKED_BACK = 14


def load() -> None:
    """Loading it again changes nothing: each fact is known by its number."""
    agent = User.objects.with_email("service@tessera.example")
    if agent is None:
        raise LookupError("the demo's people come first: members.demo.load")
    if not InboundMail.objects.filter(message_id=FIRST).exists():
        _thread(agent)
        _machines()
    if not Chat.objects.exists():
        _chat(agent)
    if not SocialThread.objects.exists():
        _network(agent)


def _thread(agent: User) -> None:
    """A mail, our answer, and hers to that, with what she quoted and signed."""
    member = Member.objects.by_phone(WANQING).get()
    with clock.stopped(_working(1, 9, 40)):
        first = _letter(member.email or "", "早餐券显示已使用", ASKED, number=FIRST)
        opened = mails.receive(first, via=InboundMail.Via.DEMO).mail
    if opened.case is None:
        return
    case = Case.objects.get(pk=opened.case.pk)
    with clock.stopped(_working(1, 10, 15)):
        threads.reply(case, body=ANSWERED, by=agent, waits=True)
    quoted = f"在 2026年11月22日 10:15，Tessera <service@tessera.example> 写道：\n> {ANSWERED}"
    with clock.stopped(_working(1, 11, 2)):
        text = f"{SAID}\n\n发自我的iPhone\n\n{quoted}"
        to, number = letters.reply_address(case.number), "<demo-voucher-2@mail.example>"
        raw = _letter(member.email or "", "Re: 早餐券显示已使用", text, number=number, to=to)
        mails.receive(raw, via=InboundMail.Via.DEMO)


def _machines() -> None:
    """What machines wrote: answered by nobody, and waiting for a word."""
    with clock.stopped(_working(1, 13, 0)):
        away = _letter(
            "zhang.wei@example.org", "自动回复：外出", "我本周出差，周五回来后回复您。", number="<demo-away@mail.example>",
            **{"Auto-Submitted": "auto-replied"},
        )  # fmt: skip
        mails.receive(away, via=InboundMail.Via.DEMO)
        news = _letter(
            "news@hotel-supplies.example", "Coffee machines, now 20 % off", "Dear customer, this month only …",
            number="<demo-news@mail.example>", **{"List-Id": "<news.hotel-supplies.example>", "Precedence": "bulk"},
        )  # fmt: skip
        mails.receive(news, via=InboundMail.Via.DEMO)


def _chat(agent: User) -> None:
    """A chat that was settled within minutes."""
    member = Member.objects.by_phone(THOMAS).get()
    began = _working(2, 11, 0)
    with clock.stopped(began):
        chat_desk.sit(by=agent)
        chat = life.open_chat(
            text="Hello, can I give one of my breakfasts to a friend who visits me on Sunday?", member=member
        )
        if chat.state != Chat.State.WAITING:
            return
        life.take(chat, by=agent)
    talk = (
        (25, agent, "Good morning, Mr O’Brien. Yes: show your card at the counter and say that it is for your guest."),
        (60, None, "Does she need my card with her, or do I have to be there?"),
        (95, agent, "You have to be there yourself; the code on your phone changes every minute."),
        (130, None, "Perfect, thank you."),
    )
    for seconds, by, text in talk:
        with clock.stopped(began + dt.timedelta(seconds=seconds)):
            chat_lines.say(chat, text=text, by=by)
    with clock.stopped(began + dt.timedelta(seconds=160)):
        life.end(chat, by=agent, resolution="Told how a guest is served: the member comes along and shows her code.")
        chat_desk.stand_up(by=agent)


def _network(agent: User) -> None:
    """Posts at a network: one conversation answered there, one that waits."""
    with clock.stopped(_working(3, 15, 0)):
        socials.hear(
            "weibo",
            Post(
                "demo-501", "demo-501", "今天在Tessera徐汇滨江店，年卡早餐居然要排队四十分钟，服务员爱理不理。", clock.now(),
                handle="@滨江小林", link="https://weibo.example/501",
            ),
        )  # fmt: skip
        asked = SocialThread.objects.get(thread="demo-501")
        socials.answer(
            asked, body="非常抱歉给您带来不便，我们已联系门店核实，请私信您的手机号，我们尽快回复您。", by=agent, there=True,
            link="https://weibo.example/501#reply",
        )  # fmt: skip
    with clock.stopped(_working(1, 16, 30)):
        socials.hear(
            "weibo",
            Post("demo-502", "demo-502", "请问年卡可以送给外地的家人用吗？", clock.now(), handle="@春熙路的猫"),
        )


def _letter(sender: str, subject: str, text: str, *, number: str, to: str = "", **headers: str) -> bytes:
    one = EmailMessage()
    one["From"], one["To"], one["Subject"], one["Message-ID"] = sender, to or "service@tessera.example", subject, number
    one["Date"] = format_datetime(clock.now())
    for name, value in headers.items():
        one[name] = value
    one.set_content(text)
    return one.as_bytes()


def _working(days: int, hour: int, minute: int) -> dt.datetime:
    """This time of day, so many days ago or on the last day before that on which the desk was open."""
    for back in range(days, days + LOOKED_BACK):
        day = clock.today() - dt.timedelta(days=back)
        moment = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.zone())
        with clock.stopped(moment):
            if chats.opening().is_open:
                return moment
    return clock.now() - dt.timedelta(days=days)
