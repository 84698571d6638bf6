"""One case as a whole, and the cases of a member (SVC-01, SVC-02 · A6.2)."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from core import clock
from members.models import Member
from service_desk.models import (
    Case,
    CaseAttachment,
    CaseClock,
    CaseEntry,
    CaseEvent,
    CaseLink,
    CaseTask,
    CaseViewing,
    Follower,
)
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.states import State

TOLD = [str(one) for one in Happening if one not in (Happening.MEMBER_WROTE, Happening.REPLIED)]
"""Events that the thread does not show already."""
MOST = 500
CAME_BY = ("mail", "social_answer")
"""What an entry came by, or left by."""
SEALED_OF_A_MAIL = tuple(f"mail__{name}" for name in ("text", "subject", "sender", "sender_name"))
"""Not opened where a link to it is all that is shown."""


@dataclass(frozen=True)
class Whole:
    """Everything about a case: what was said, what happened, what is promised, who works on it and with whom."""

    case: Case
    entries: list[CaseEntry]
    events: list[CaseEvent]
    clocks: list[CaseClock]
    tasks: list[CaseTask]
    links: list[CaseLink]
    followers: list[Follower]
    viewings: list[CaseViewing]
    merged: list[Case]


def by_number(number: str) -> Case | None:
    """SVC-02 · A6.2.2 — the case of a number, itself: one that was merged says by `merged_into` where it went."""
    rows = Case.objects.select_related("member", "owner", "category", "merged_into")
    return rows.filter(number=number.strip().upper()).first()


def leading_to(case: Case) -> Case:
    """SVC-02 · A6.2.2 — where a number leads: the case it was merged into, however often, or the case itself."""
    row = case
    while row.merged_into is not None:
        row = row.merged_into
    return row


def whole(case: Case) -> Whole:
    """SVC-01, SVC-02 · A6.2 — a case for the colleague who handles it: ten queries, however long its thread."""
    row = Case.objects.select_related(
        "member__household", "member__user", "owner", "category", "department", "skill", "store", "card__number", "order",
        "product", "opened_by", "merged_into",
    ).get(pk=case.pk)  # fmt: skip
    links = CaseLink.objects.filter(Q(case=row) | Q(other=row), ended_at__isnull=True)
    return Whole(
        case=row,
        entries=list(_thread(row).select_related("author", "merged_from", *CAME_BY).defer(*SEALED_OF_A_MAIL)),
        events=list(row.events.filter(kind__in=TOLD).select_related("by")[:MOST]),
        clocks=list(row.clocks.order_by("promise", "round")),
        tasks=list(row.tasks.select_related("department", "owner", "asked_by", "ended_by")),
        links=list(links.select_related("case", "other", "by")),
        followers=list(row.followers.select_related("user").order_by("since")),
        viewings=list(row.viewings.select_related("user").order_by("since")),
        merged=list(row.merged.order_by("pk")),
    )


def language_of(case: Case) -> str:
    """The language in which whoever opened the case reads."""
    return (case.member.language if case.member else "") or case.language or settings.LANGUAGE_CODE


def for_member(case: Case) -> list[CaseEntry]:
    """SVC-01 · A6.2.1 — what the member reads of her case: what she said and what was answered, never a note. Two queries."""
    return list(_thread(case).exclude(direction=CaseEntry.Direction.NOTE).select_related("author"))


def is_settled(case: Case) -> bool:
    """SVC-04 · D6.3 — whether the member has said that it is solved, and nobody has opened it since."""
    opened_or_settled = Q(kind=Happening.SETTLED) | Q(kind=Happening.STATE, after=State.OPEN)
    last = case.events.filter(opened_or_settled).order_by("-id").values_list("kind", flat=True).first()
    return last == Happening.SETTLED


def promised_answer(case: Case) -> dt.datetime | None:
    """SVC-03 · D4.3.2 — by when the member was promised our next word, while she waits for one; None once that has passed."""
    return _promised(case, Promise.FIRST_RESPONSE, Promise.NEXT_RESPONSE)


def promised_solution(case: Case) -> dt.datetime | None:
    """SVC-03 · D4.3.2 — by when a solution was promised; None once that has passed, or where none is."""
    return _promised(case, Promise.RESOLUTION)


def _promised(case: Case, *promises: Promise) -> dt.datetime | None:
    running = case.clocks.filter(promise__in=promises, met_at__isnull=True, stopped_at__isnull=True)
    rows = running.filter(due_at__gt=clock.now()).order_by("due_at")
    return rows.values_list("due_at", flat=True).first()


def of_member(member: Member) -> QuerySet[Case]:
    """SVC-01 · A6.2.1 — her cases, the newest first; those that were merged away are not shown twice."""
    rows = Case.objects.filter(member=member, merged_into__isnull=True)
    return rows.select_related("category", "owner").order_by("-id")


def in_reply_to(references: list[str]) -> CaseEntry | None:
    """SVC-01 · A6.2.1 — the newest entry that one of these Message-IDs belongs to: where an answer by mail goes."""
    known = [one[:200] for one in references if one]
    rows = CaseEntry.objects.filter(message_id__in=known).select_related("case__member")
    return rows.order_by("-id").first() if known else None


def _thread(case: Case) -> QuerySet[CaseEntry]:
    files = Prefetch("attachments", CaseAttachment.objects.order_by("id"))
    return CaseEntry.objects.filter(case=case).prefetch_related(files).order_by("at", "id")
