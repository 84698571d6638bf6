"""Whom a survey may reach, read for a sweep's whole batch (SVC-07 · D5.1): consent, last survey, tier, open complaint."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max

from core import parameters
from core.models import Channel
from loyalty.models import MemberTier
from loyalty.policy.parameters import TierParameters
from members.models import Member
from members.policy import consent as policy
from members.queries import consents
from service_desk.surveys.models import SurveyInvitation


@dataclass(frozen=True)
class Last:
    """A member's last invitation: its number in the row, its day, and until when she was promised rest."""

    sequence: int
    asked_on: dt.date
    rests_until_on: dt.date


def last_asked(members: Collection[int]) -> dict[int, Last]:
    """The last invitation of each member to whatever survey. One query."""
    newest = SurveyInvitation.objects.filter(member__in=members).order_by().values("member").annotate(last=Max("pk"))
    told = SurveyInvitation.objects.filter(pk__in=newest.values("last")).values_list(
        "member_id", "sequence", "asked_on", "rests_until_on"
    )
    return {member: Last(sequence, asked_on, until) for member, sequence, asked_on, until in told}


def ways_to(members: Collection[Member]) -> dict[int, tuple[str, ...]]:
    """SVC-07 · D5.1 — by which channels each member may be asked; who is missing cannot be. One query.

    Her own inbox and e-mail unless she said no; an SMS only where she said yes, and neither of the others reaches her.
    """
    answers = consents.decisions_of_many([member.pk for member in members])
    found = {member.pk: _ways(member, answers.get(member.pk, {})) for member in members}
    return {key: ways for key, ways in found.items() if ways}


def _ways(member: Member, answers: policy.Answers) -> tuple[str, ...]:
    reached = {
        Channel.INBOX: member.user_id is not None,
        Channel.EMAIL: member.email_verified_at is not None,
        Channel.SMS: member.user_id is None
        and member.email_verified_at is None
        and member.phone_verified_at is not None,
    }
    allowed = {channel: policy.may_send(policy.Purpose.SURVEY, channel=channel, answers=answers) for channel in reached}
    return tuple(channel for channel in reached if reached[channel] and allowed[channel])


def tiers_of(members: Collection[int]) -> dict[int, str]:
    """The tier of each member; who has none stands on the lowest. One query."""
    lowest = parameters.in_force(TierParameters).ladder[0].code
    held = dict(MemberTier.objects.filter(pk__in=members).values_list("pk", "tier"))
    return {member: held.get(member, lowest) for member in members}
