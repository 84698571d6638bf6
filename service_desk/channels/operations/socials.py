"""Conversations on social networks (SVC-01 · A6.2.1): heard by webhook or written down by a colleague, answered from here."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from core import access, audit, clock
from core.models import User
from core.refusals import Refusal
from members.models import Member
from service_desk.channels import social_networks
from service_desk.channels.models import SocialAnswer, SocialThread
from service_desk.channels.policy import mail_threads, social
from service_desk.channels.policy.social import Post
from service_desk.models import Case, CaseEntry
from service_desk.operations import cases, threads
from service_desk.policy.codes import Channel
from service_desk.queries.agents import HANDLE

State = SocialAnswer.State
OPENED, THREADED, REPEAT, OURS = "opened", "threaded", "repeat", "ours"


@transaction.atomic
def hear(network: str, post: Post, *, member: Member | None = None, by: User | None = None) -> str:
    """SVC-01 · A6.2.1 — a post of somebody's goes into the case of its conversation, or opens one; what became of it.

    It counts from when it was written, however late it is told, and once, however often and in whatever order. An echo of
    our own answer is none. Nobody at a network is taken for a member, unless a colleague (`by`) knows who it is.
    """
    key = f"social:{network}:{post.id}"
    thread = _held(network, post)
    if _is_echo(thread, post):
        return OURS
    if CaseEntry.objects.filter(source=Channel.SOCIAL, external_id=key).exists():
        return REPEAT
    if thread.case is None:
        thread.case = _open(network, post, key=key, member=member, by=by)
        thread.save(update_fields=["case"])
        return OPENED
    entry = threads.member_wrote(
        thread.case, body=post.text, channel=Channel.SOCIAL, key=key, at=post.at, sender=post.handle
    )
    if entry.case_id != thread.case_id:
        thread.case = entry.case
        thread.save(update_fields=["case"])
    return THREADED


@transaction.atomic
def record(
    *,
    network: str,
    handle: str,
    text: str,
    by: User,
    link: str = "",
    at: dt.datetime | None = None,
    member: Member | None = None,
    key: str = "",
) -> Case:
    """SVC-01 · A6.2.1 — a colleague writes down what he has seen at a network; another post behind the same link is another
    word in its case. The same `key` is the same post. Refuses a network that nobody knows, and a link that is none."""
    access.require(by, HANDLE)
    if network not in social_networks.NAMES and not social_networks.carries(network):
        raise Refusal("network_unknown", status=422)
    if not handle.strip() or not text.strip():
        raise Refusal("text_missing", status=422)
    number = f"seen-{key or uuid.uuid4().hex}"[: social.LONGEST_ID]
    post = Post(
        id=number, thread=_place(network, link.strip(), number), text=text.strip()[: social.LONGEST_TEXT],
        at=min(at or clock.now(), clock.now()), handle=handle.strip()[: social.LONGEST_NAME],
        link=social.link(link.strip()[: social.LONGEST_LINK]),
    )  # fmt: skip
    hear(network, post, member=member, by=by)
    found = SocialThread.objects.select_related("case").get(network=network, thread=post.thread)
    assert found.case is not None  # noqa: S101  (what was heard is in a case)
    audit.record("service_desk.social.record", subject=found, actor=by, member_id=found.case.member_id)
    return found.case


@transaction.atomic
def answer(
    thread: SocialThread, *, body: str, by: User, there: bool = False, link: str = "", key: str = ""
) -> SocialAnswer:
    """SVC-01 · A6.2.1 — answer a conversation: handed to the network, or (`there`) written down as given there already.

    The same `key` gives the same answer again. Refuses to hand over what nobody carries (`network_not_carried`), and all
    that an answer in a case refuses.
    """
    if not there and not social_networks.carries(thread.network):
        raise Refusal("network_not_carried")
    if thread.case is None:
        raise Refusal("case_not_open")
    entry = threads.reply(
        thread.case, body=body, by=by, channel=Channel.SOCIAL, key=f"social-answer:{key}" if key else ""
    )
    found, is_new = SocialAnswer.objects.get_or_create(
        entry=entry,
        defaults={
            "thread": thread,
            "by": by,
            "state": State.THERE if there else State.WAITING,
            "link": social.link(link.strip()[: social.LONGEST_LINK]),
        },
    )
    if is_new:
        details = {"network": thread.network, "there": there}
        audit.record(
            "service_desk.social.answer", subject=thread, actor=by, member_id=thread.case.member_id, details=details
        )
    return found


def _held(network: str, post: Post) -> SocialThread:
    """The conversation's row, held until the transaction ends; laid by whoever hears of it first."""
    place = {"network": network, "thread": post.thread}
    if not SocialThread.objects.filter(**place).exists():
        try:
            with transaction.atomic():
                SocialThread.objects.create(**place, handle=post.handle, link=post.link, opened_at=clock.now())
        except IntegrityError:
            pass  # another post of the same conversation was quicker
    return SocialThread.objects.select_for_update(of=("self",)).select_related("case").get(**place)


def _is_echo(thread: SocialThread, post: Post) -> bool:
    """Our own answer, told to us by the network: known by its number, or so soon that we have not written that down yet."""
    ours = SocialAnswer.objects.filter(thread=thread)
    if ours.filter(external_id=post.id).exists():
        return True
    on_its_way = ours.filter(state=State.SENDING).select_related("entry")
    return any(one.entry.body.split() == post.text.split() for one in on_its_way)


def _open(network: str, post: Post, *, key: str, member: Member | None, by: User | None) -> Case:
    found = cases.suggest("", post.text)
    named = f"{post.handle} · {social_networks.name(network)}"
    return cases.open_case(
        kind=found.kind, channel=Channel.SOCIAL, subject=" ".join(post.text.split())[:80], body=post.text, member=member,
        contact=None if member else cases.Contact(name=named), language=mail_threads.language_of(post.text), by=by,
        key=key, at=post.at, acknowledge=False,
    )  # fmt: skip


def _place(network: str, link: str, number: str) -> str:
    """The conversation that a link belongs to; without a link each post is one of its own."""
    known = SocialThread.objects.filter(network=network, link=link).first() if link else None
    return known.thread if known else (link if 0 < len(link) <= social.LONGEST_ID else number)
