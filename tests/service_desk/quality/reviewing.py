"""Sheets, closed cases and reviews for tests, made by the real operations."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core import approvals, clock, verify
from core.models import User
from members.models import Member
from service_desk.models import Case
from service_desk.operations import cases, handling, threads
from service_desk.quality.models import CaseReview, QualityFinding, ScoreSheet
from service_desk.quality.operations import findings, reviews, sampling, sheets
from service_desk.quality.operations.findings import Found
from service_desk.quality.operations.reviews import Marking
from service_desk.quality.operations.sheets import Part
from service_desk.quality.queries import reviews as rows
from service_desk.quality.queries import sheets as written
from tests import factories
from tests.service_desk.quality import office

CODES = ("identity", "answer", "tone", "compensation")
INVARIANTS = {"Q10", "Q11", "Q12", "Q13"}


def criterion(code: str, **more: Any) -> dict[str, Any]:
    usual = {"name": code.title(), "code": code, "weight": 10, "scale": "yes-no", "is_critical": False}
    return usual | {"may_be_left_out": False} | more


def parts() -> list[Part]:
    return [
        Part({"name": "Accuracy"}, [criterion("identity", is_critical=True), criterion("answer", weight=40, scale="0-3")]),
        Part({"name": "Manner"}, [criterion("tone", weight=30), criterion("compensation", weight=20, may_be_left_out=True)]),
    ]  # fmt: skip


def lead(**more: Any) -> User:
    """Manages and reviews; sees the people of the department that he directs."""
    user = office.colleague("service", "service_lead", **more)
    department = office.department("service")
    department.director = user
    department.save()
    return user


def reviewer(**more: Any) -> User:
    return office.colleague("quality", "quality_reviewer", **more)


def director(**more: Any) -> User:
    return office.colleague("operations", "operations_director", **more)


def agent(**more: Any) -> User:
    return office.colleague("service", "member_service", **more)


def sheet(*, by: User | None = None, parts_: list[Part] | None = None) -> ScoreSheet:
    """A sheet in force, by two people."""
    author = by or office.colleague("service", "service_lead")
    draft = sheets.write(sheets.begin(by=author), parts_ or parts(), note="The first.", by=author)
    approvals.approve(sheets.submit(draft, reason="It is time.", by=author), by=director())
    draft.refresh_from_db()
    return draft


def closed(by: User, *, member: Member | None = None, **more: Any) -> Case:
    """An enquiry that a colleague answered and closed."""
    member = member or factories.MemberFactory.create()
    given = {"kind": "enquiry", "channel": "web", "subject": "Sundays", "body": "When do you open on Sundays?"}
    case = cases.open_case(**(given | {"member": member} | more))
    handling.take(case, by=by)
    threads.reply(case, body="At ten.", by=by, resolves=True)
    return handling.close(Case.objects.get(pk=case.pk), by=by)


def marking(comment: str = "", **marks: str) -> Marking:
    """Everything right, but what is named."""
    found = {"identity": "yes", "answer": "3", "tone": "yes", "compensation": "na"} | marks
    remarks = {code: f"{code} was missing." for code, mark in found.items() if mark in {"no", "0", "1"}}
    return Marking(found, remarks, comment)


def review(of: User | None = None, *, by: User | None = None, reason: str = "Let us see.") -> CaseReview:
    """An open review with somebody who had no part in it."""
    if written.in_force() is None:
        sheet()
    reviewer_ = by or reviewer()
    made = sampling.add(closed(of or agent()), reason=reason, by=reviewer_)
    if made.reviewer_id != reviewer_.pk:
        CaseReview.objects.filter(pk=made.pk).update(reviewer=reviewer_)
    made.refresh_from_db()
    return made


def handed_in(of: User | None = None, *, by: User | None = None, **marks: str) -> CaseReview:
    made = review(of, by=by)
    assert made.reviewer is not None
    return reviews.hand_in(made, marking(**marks), by=made.reviewer)


def finding(*, by: User | None = None, of: CaseReview | None = None, **more: Any) -> QualityFinding:
    usual: dict[str, Any] = {
        "title": "Identity is not asked",
        "department": office.department("service"),
        "code": "identity",
    }
    return findings.raise_(Found(**(usual | more)), by=by or reviewer(), review=of)


def put_right(found: QualityFinding, *, owner: User, by: User, due: int = 7) -> QualityFinding:
    due_on = clock.today() + dt.timedelta(days=due)
    return findings.rectify(found, measure="Train the team", detail="", owner=owner, due_on=due_on, by=by)


def broken() -> list[str]:
    """What `manage.py verify` would say of reviews."""
    return [said for one in verify.invariants() if one.code in INVARIANTS for said in one.check()]


def marks_of(review: CaseReview, number: int = 1) -> Mapping[str, str]:
    return dict(review.scores.get(round=number).marks.values_list("code", "mark"))


__all__ = ["rows"]
