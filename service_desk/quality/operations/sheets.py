"""The score sheet (SVC-12 · D9): written as a draft, published by a second person, frozen from then on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.crypto import get_random_string

from core import access, approvals, audit, clock
from core.models import Approval, User
from core.refusals import Refusal
from service_desk.quality.models import ScoreSheet, SheetCriterion, SheetSection
from service_desk.quality.policy.scoring import HEAVIEST, Scale
from service_desk.quality.queries import sheets
from service_desk.quality.queries.reviews import MANAGE

KIND = "score-sheet"
DECIDE = "quality.decide_scoresheet"
NAMES = ("name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant")
TERMS = (*NAMES, "code", "weight", "scale", "may_be_left_out", "is_critical")
State = ScoreSheet.State


@dataclass(frozen=True)
class Part:
    """A section as it was typed: its names, and the criteria (names, `code` where it is known, `weight`, `scale`, …)."""

    words: Mapping[str, str]
    criteria: Sequence[Mapping[str, Any]]


@transaction.atomic
def begin(*, by: User) -> ScoreSheet:
    """SVC-12 · D9 — a draft of the next version, with everything that is in force. A second one is the first."""
    access.require(by, MANAGE)
    open_ = ScoreSheet.objects.exclude(state=State.PUBLISHED).first()
    if open_ is not None:
        return open_
    number: int = ScoreSheet.objects.aggregate(last=Max("number", default=0))["last"]
    try:
        with transaction.atomic():
            made = ScoreSheet.objects.create(number=number + 1, author=by)
    except IntegrityError:
        return ScoreSheet.objects.exclude(state=State.PUBLISHED).get()
    if (now := sheets.in_force()) is not None:
        _fill(made, _parts_of(now))
    audit.record("service_desk.score_sheet.begin", subject=made, actor=by, details={"version": made.number})
    return made


@transaction.atomic
def write(sheet: ScoreSheet, parts: Sequence[Part], *, note: str, by: User) -> ScoreSheet:
    """SVC-12 · D9 — what the draft asks from now on, whole. Refuses a sheet that is asked for or published, one without a
    criterion, and points beyond 1 to 100. Whoever wrote last is its author: he cannot publish it."""
    access.require(by, MANAGE)
    row = _held(sheet)
    if row.state != State.DRAFT:
        raise Refusal("score_sheet_is_frozen")
    if not any(part.criteria for part in parts):
        raise Refusal("score_sheet_needs_a_criterion", status=422)
    for part in parts:
        if any(not 1 <= one["weight"] <= HEAVIEST or one["scale"] not in set(Scale) for one in part.criteria):
            raise Refusal("criterion_makes_no_sense", status=422)
    row.criteria.all().delete()
    row.sections.all().delete()
    _fill(row, [part for part in parts if part.criteria])
    row.note, row.author = note.strip()[:300], by
    row.save(update_fields=["note", "author"])
    details = {"version": row.number, "criteria": row.criteria.count()}
    audit.record("service_desk.score_sheet.write", subject=row, actor=by, details=details)
    return row


@transaction.atomic
def submit(sheet: ScoreSheet, *, reason: str, by: User) -> Approval:
    """SVC-12 · D9 — ask a second person to publish the draft. Refuses an empty one."""
    access.require(by, MANAGE)
    row = _held(sheet)
    if row.state != State.DRAFT:
        raise Refusal("score_sheet_is_frozen")
    if not row.criteria.exists():
        raise Refusal("score_sheet_needs_a_criterion")
    now = sheets.in_force()
    asked = approvals.request(
        KIND,
        subject=row,
        title=str(row.number),
        before=contents(now) if now else {},
        after=contents(row),
        effect={"version": row.number, "author": row.author_id},
        reason=reason,
        author=by,
    )
    row.state = State.ASKED
    row.save(update_fields=["state"])
    return asked


def approve(approval: Approval) -> None:
    """What the second person's yes does: the version is in force. Whoever wrote it is no second person."""
    row = ScoreSheet.objects.select_for_update().get(pk=_pk(approval))
    by = approval.decided_by
    if by is None or by.pk == row.author_id:
        raise Refusal("four_eyes", status=403)
    row.state, row.approval, row.published_by, row.published_at = State.PUBLISHED, approval, by, clock.now()
    row.save(update_fields=["state", "approval", "published_by", "published_at"])
    audit.record(
        "service_desk.score_sheet.publish",
        subject=row,
        actor=by,
        reason=approval.reason,
        details={"version": row.number, "before": approval.before, "after": approval.after},
    )


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: what was asked for is a draft again."""
    ScoreSheet.objects.filter(pk=_pk(approval), state=State.ASKED).update(state=State.DRAFT)


def current(_approval: Approval) -> dict[str, Any]:
    """What is in force by now: a request that compared with anything else is stale."""
    now = sheets.in_force()
    return contents(now) if now else {}


def contents(sheet: ScoreSheet) -> dict[str, Any]:
    """All that a version asks, as plain data: what a second person agrees to."""
    found: dict[str, Any] = {}
    for part in sheets.whole(sheet).parts:
        for one in part.criteria:
            words = {name: getattr(one, name) for name in NAMES if getattr(one, name)}
            terms = {name: getattr(one, name) for name in ("weight", "scale", "may_be_left_out", "is_critical")}
            found[one.code] = {"section": part.section.name, **words, **terms}
    return found


def _pk(approval: Approval) -> int:
    return int(approval.subject.rpartition(":")[2])


def _held(sheet: ScoreSheet) -> ScoreSheet:
    return ScoreSheet.objects.select_for_update().get(pk=sheet.pk)


def _parts_of(sheet: ScoreSheet) -> list[Part]:
    return [
        Part(
            {name: getattr(part.section, name) for name in NAMES},
            [{name: getattr(one, name) for name in TERMS} for one in part.criteria],
        )
        for part in sheets.whole(sheet).parts
    ]


def _fill(sheet: ScoreSheet, parts: Sequence[Part]) -> None:
    """Lay the sections and criteria; one that is new is given a code that no version has."""
    sections = SheetSection.objects.bulk_create(
        SheetSection(sheet=sheet, position=place, **_only(part.words, NAMES)) for place, part in enumerate(parts, 1)
    )
    taken: set[str] = set()
    rows = []
    for section, part in zip(sections, parts, strict=True):
        for place, one in enumerate(part.criteria, 1):
            code = one.get("code") or ""
            if not code or code in taken:
                code = f"c{get_random_string(7, 'abcdefghjkmnpqrstuvwxyz23456789')}"
            taken.add(code)
            terms = _only(one, TERMS) | {"code": code}
            rows.append(SheetCriterion(sheet=sheet, section=section, position=place, **terms))
    SheetCriterion.objects.bulk_create(rows)


def _only(given: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
