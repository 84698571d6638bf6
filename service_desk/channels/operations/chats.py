"""The life of a chat (SVC-01 · A6.2.1): opened, taken, handed back, ended; whatever is over is a case."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction

from core import access, audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from members.models import Member
from members.policy import emails, phones
from service_desk.channels.models import Chat, ChatSeat
from service_desk.channels.operations import chat_cases, chat_lines, chat_offers
from service_desk.channels.policy import chats as policy
from service_desk.channels.policy import mail_threads
from service_desk.channels.policy.chats import Ending
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.channels.queries import chats
from service_desk.models import CaseCategory
from service_desk.operations import cases, handling, holding
from service_desk.operations.attachments import Upload
from service_desk.operations.cases import Contact
from service_desk.policy.routing import Agent
from service_desk.queries.agents import HANDLE

State = Chat.State


@transaction.atomic
def open_chat(
    *,
    text: str,
    member: Member | None = None,
    contact: Contact | None = None,
    language: str = "",
    key: str = "",
    uploads: Iterable[Upload] = (),
) -> Chat:
    """SVC-01 · A6.2.1 — begin a chat with its first words. Where nobody is there it is a case at once.

    A member has one chat at a time: while it goes on, the words are said in it. The same `key` gives the same chat again.
    Refuses a visitor who cannot be answered later (`chat_needs_contact`), and a chat without words.
    """
    said = chat_lines.words(text)
    if not said:
        raise Refusal("text_missing", status=422)
    known = _known(member, key)
    if known is None:
        known = _created(member=member, contact=contact or Contact(), said=said, language=language, key=key)
    chat_lines.say(known, text=said, key=key, uploads=uploads)
    if known.state == State.WAITING:
        look_after(known)
    return known


def look_after(chat: Chat, agents: Sequence[Agent] | None = None) -> Chat:
    """SVC-01 · A6.2.1 — what time does to a chat: one that waits is offered or, too long, becomes a case; a silent one ends.

    Asked by whoever looks at it and by the sweep; it changes nothing before its time. `agents` are those that are there.
    """
    limits, now = parameters.in_force(ChatParameters), clock.now()
    if chat.state == State.TALKING and policy.is_silent(chat.last_said_at, now=now, limits=limits):
        return _over(chat, Ending.SILENCE)
    if chat.state == State.WAITING:
        there = chats.seats() if agents is None else agents
        is_heard = chats.is_anybody_there(there)
        if ending := policy.is_missed(chat.waits_since, now=now, there=is_heard, limits=limits):
            return _over(chat, ending)
        chat_offers.offer(chat, there, limits=limits)
    return chat


@transaction.atomic
def take(chat: Chat, *, by: User) -> Chat:
    """SVC-01 · A6.2.1 — a colleague takes a chat; taking one's own again changes nothing.

    Refuses whoever has no open chat desk (`chat_desk_closed`) or as many chats as one can have (`chats_full`), a chat that
    another took (`chat_taken`), and one's own (`own_case`).
    """
    access.require(by, HANDLE)
    seat = ChatSeat.objects.select_for_update().filter(user=by).first()
    if seat is None:
        raise Refusal("chat_desk_closed")
    held = chat_lines.held(chat)
    if held.agent_id == by.pk and held.state == State.TALKING:
        return held
    if held.state != State.WAITING:
        raise Refusal("chat_taken")
    _refuse_own(held, by=by)
    most = parameters.in_force(ChatParameters).chats_at_once
    if Chat.objects.filter(agent=by, state=State.TALKING).count() >= most:
        raise Refusal("chats_full", most=most)
    _move(held, policy.State.TALKING)
    held.agent, held.taken_at, held.offered_to, held.offered_at = by, clock.now(), None, None
    held.last_said_at = clock.now()  # silence is counted from here
    held.save()
    _tell("service_desk.chat.take", held, by=by)
    return held


@transaction.atomic
def hand_back(chat: Chat, *, by: User) -> Chat:
    """SVC-01 · A6.2.1 — back into the line, for another colleague; the visitor keeps his place by when he came."""
    held = _mine(chat, by=by)
    _move(held, policy.State.WAITING)
    held.agent, held.waits_since = None, clock.now()
    held.passed, held.offered_to, held.offered_at = [by.pk], None, None
    held.save()
    _tell("service_desk.chat.hand_back", held, by=by)
    return look_after(held)


@transaction.atomic
def end(chat: Chat, *, by: User, resolution: str = "") -> Chat:
    """SVC-01 · A6.2.1 — the colleague ends his chat: it is a case of his; with a `resolution` a resolved one."""
    held = _over(_mine(chat, by=by), Ending.AGENT, by=by)
    if resolution.strip() and held.case is not None:
        handling.resolve(held.case, by=by, resolution=resolution, tell=False)
    return held


@transaction.atomic
def leave(chat: Chat) -> Chat:
    """SVC-01 · A6.2.1 — the visitor ends the chat; what is not settled is followed up as a case. Leaving twice is once."""
    held = chat_lines.held(chat)
    return _over(held, Ending.VISITOR) if held.is_live else held


def _created(*, member: Member | None, contact: Contact, said: str, language: str, key: str) -> Chat:
    phone = phones.normalise(contact.phone, default_region=settings.PHONE_REGION) if contact.phone.strip() else ""
    email = emails.normalise(contact.email) if contact.email.strip() else ""
    if member is None and not (phone or email):
        raise Refusal("chat_needs_contact", status=422)
    tier, rank = cases.tier_of(member)
    found = cases.suggest("", said)
    category = CaseCategory.objects.filter(code=found.category).first() if found.category else None
    row = Chat(
        member=member, name="" if member else " ".join(contact.name.replace("\x00", "").split())[:200],
        phone="" if member else phone, email="" if member else email, tier=tier, tier_rank=rank,
        language=member.language if member else language or mail_threads.language_of(said), key=key[:120] or None,
        skill=category.skill if category else None, opened_at=clock.now(), waits_since=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = _known(member, key)
        if known is None:
            raise
        return known
    _tell("service_desk.chat.open", row, by=None)
    return row


def _known(member: Member | None, key: str) -> Chat | None:
    """The chat that this one is: by its key, or the one that the member has anyway."""
    found = Chat.objects.filter(key=key[:120]).first() if key else None
    if found is None and member is not None:
        found = Chat.objects.filter(member=member, state__in=[str(state) for state in policy.LIVE]).first()
    return found


def _over(chat: Chat, ending: Ending, *, by: User | None = None) -> Chat:
    """The end: a case, whatever was said. Of two who end it at once the first one does."""
    with transaction.atomic():
        held = chat_lines.held(chat)
        if not held.is_live:
            return held
        was_waiting = held.state == State.WAITING
        _move(held, policy.State.MISSED if was_waiting else policy.State.ENDED)
        held.ending, held.ended_at = ending, clock.now()
        held.offered_to, held.offered_at = None, None
        held.case = chat_cases.of_chat(held)
        held.save()
        _tell("service_desk.chat.end", held, by=by, ending=ending, case=held.case.number)
    return held


def _mine(chat: Chat, *, by: User) -> Chat:
    access.require(by, HANDLE)
    held = chat_lines.held(chat)
    if held.state != State.TALKING:
        raise Refusal("chat_over")
    if held.agent_id != by.pk:
        raise Refusal("chat_taken")
    return held


def _refuse_own(chat: Chat, *, by: User) -> None:
    if {by.phone, by.email} & {chat.phone, chat.email} - {"", None}:
        raise Refusal("own_case", status=403)
    holding.refuse_kin(chat.member, by=by)


def _move(chat: Chat, after: policy.State) -> None:
    policy.check_way(policy.State(chat.state), after)
    chat.state = after


def _tell(action: str, chat: Chat, *, by: User | None, **details: object) -> None:
    audit.record(action, subject=chat, actor=by, member_id=chat.member_id, details=details)
