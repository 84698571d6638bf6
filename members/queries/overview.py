"""Everything about one member on one page (MEM-03 · C2.1), in a constant number of queries."""

from typing import Any

from core.models import AuditRecord, Message
from members.models import Member
from members.policy import consent as policy
from members.queries import consents

SHOWN = 25


def facts(member: Member) -> dict[str, Any]:
    answers = consents.decisions_of(member.pk)
    return {
        "documents": list(member.documents.filter(withdrawn_at=None).select_related("checked_by").order_by("-pk")),
        "consents": [(asked, policy.in_force(asked, answers=answers)) for asked in policy.ASKED],
        "decisions": list(member.consents.select_related("text", "recorded_by").order_by("-pk")[:SHOWN]),
        "acceptances": list(member.acceptances.select_related("text").order_by("-pk")[:SHOWN]),
        "household": list(Member.objects.filter(household=member.household_id).exclude(pk=member.pk)[:SHOWN])
        if member.household_id
        else [],
        "messages_sent": list(_messages(member)),
        "trail": list(
            AuditRecord.objects.filter(member_id=member.pk).select_related("actor", "store").order_by("-pk")[:SHOWN]
        ),
    }


def _messages(member: Member) -> Any:
    rows = Message.objects.filter(member_id=member.pk).defer("address", "context", "subject", "body")
    return rows.order_by("-pk")[:SHOWN]
