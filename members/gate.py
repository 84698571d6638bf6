"""Members' part in sending (MEM-05 · B9.2): where to, and whether she may be told; asked at the moment of sending."""

from django.urls import reverse

from core.messaging import gate
from core.models import Channel, Message, User
from core.prepared import Prepared
from members.models import Member
from members.operations import consent
from members.policy import consent as policy
from members.queries import consents


def resolve(message: Message) -> gate.Answer | None:
    """The answer for a message to a member; None for anybody else."""
    member = _member(message)
    if member is None:
        return None
    if member.state == Member.State.CLOSED and not message.address:
        return gate.Suppress("account-closed")
    answers = {} if message.purpose == policy.Purpose.SERVICE else consents.decisions_of(member.pk)
    if not policy.may_send(message.purpose, channel=message.channel, answers=answers):
        return gate.Suppress("no-consent")
    return gate.Deliver(_address(member, message.channel), member.language, _way_out(member, message))


_MEMBER_OF = Prepared(lambda user: Member.objects.filter(user=user).values_list("pk", flat=True)[:1])


def member_of(user: User) -> int | None:
    return _MEMBER_OF.first(user=user.pk)


def _member(message: Message) -> Member | None:
    rows = Member.objects.all()
    if message.member_id is not None:
        return rows.filter(pk=message.member_id).first()
    return rows.filter(user=message.recipient_id).first() if message.recipient_id else None


def _way_out(member: Member, message: Message) -> str:
    """Where one click stops such messages; nothing for what the contract needs, and in the inbox the switches are near."""
    if message.channel == Channel.INBOX or policy.question(message.purpose, message.channel) is None:
        return ""
    token = consent.unsubscribe_token(member.pk, purpose=message.purpose, channel=message.channel)
    return reverse("members:unsubscribe", args=[token])


def _address(member: Member, channel: str) -> str:
    """The proved address; what nobody proved may be a stranger's."""
    if channel == Channel.SMS:
        return member.phone or "" if member.phone_verified_at else ""
    if channel == Channel.EMAIL:
        return member.email or "" if member.email_verified_at else ""
    return ""


gate.register(resolve, member_of=member_of)
