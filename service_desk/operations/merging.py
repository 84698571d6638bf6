"""Two cases that are one, one that is two, and cases that belong together (SVC-02 · A6.2.2, invariant 43)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core import access, clock
from core.models import User
from core.refusals import Refusal
from service_desk.models import Case, CaseAttachment, CaseEntry, CaseLink, CaseTask, Follower
from service_desk.operations import attachments as files
from service_desk.operations import cases, entries, history, holding, searching
from service_desk.policy.codes import Happening
from service_desk.policy.codes import Kind as CaseKind
from service_desk.policy.states import State

Kind = CaseLink.Kind


@transaction.atomic
def merge(case: Case, *, into: Case, by: User, version: int | None = None) -> Case:
    """SVC-02 · A6.2.2 — make `case` a part of another: every entry, file, task and follower goes there, whatever is said
    later follows, and both numbers lead to it. Undone by `undo`.

    A word that still waits for an answer is waited for over there. Merging again changes nothing. Refuses a case with
    itself, an ended target, two cases of two members (`cases_of_two_people`), a closed case, and a complaint into what is
    none (`complaint_merges_into_complaint`).
    """
    if case.pk == into.pk:
        raise Refusal("case_with_itself", status=422)
    source, target = _pair(case, into, by=by)
    if source.merged_into_id == target.pk:
        return target
    source, target = holding.held(source, by=by, version=version), holding.held(target, by=by)
    check_fit(source, target)
    moved = CaseEntry.objects.filter(case=source).order_by("id")
    count = moved.filter(merged_from__isnull=False).update(case=target)
    count += CaseEntry.objects.filter(case=source).update(case=target, merged_from=source)
    CaseTask.objects.filter(case=source, merged_from__isnull=False).update(case=target)
    CaseTask.objects.filter(case=source).update(case=target, merged_from=source)
    for one in Follower.objects.filter(case=source):
        Follower.objects.get_or_create(case=target, user_id=one.user_id)
    CaseLink.objects.create(case=source, other=target, kind=Kind.MERGED_INTO, state_before=source.state, by=by)
    since = source.unanswered_since
    waits: dict[str, Any] = {"since": since.isoformat()} if since else {}
    history.note(
        target, Happening.MERGED_IN, by=by, case=source.pk, number=source.number,
        **waits,
    )  # fmt: skip
    source.merged_into = target
    history.move(source, State.MERGED, by=by)
    if since is not None and target.state in (State.WAITING, State.RESOLVED):
        history.move(target, State.OPEN, by=by)
    target.last_entry_at = max(target.last_entry_at, source.last_entry_at)
    history.reckon([source, target])
    for row in (source, target):
        holding.save(row)
    searching.copy(source, into=target)
    holding.tell("service_desk.case.merge", source, by=by, into=target.number, entries=count)
    return target


@transaction.atomic
def undo(case: Case, *, by: User, reason: str) -> Case:
    """SVC-02 · A6.2.2 — take a merge back: what was said under its number, before or since, is its own again.

    The case stands where it stood, and its clocks go on from where they stopped. Refuses a case that was not merged.
    """
    access.require(by, holding.ASSIGN)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    root = _root(case)
    source, target = _pair(case, root, by=by)
    if source.state != State.MERGED:
        raise Refusal("case_not_merged")
    holding.refuse_own(source, by=by)
    link = CaseLink.objects.get(case=source, kind=Kind.MERGED_INTO, ended_at__isnull=True)
    within = [source.pk, *_below(source)]
    count = CaseEntry.objects.filter(case=target, merged_from__in=within).update(case=source)
    CaseEntry.objects.filter(case=source, merged_from=source).update(merged_from=None)
    CaseTask.objects.filter(case=target, merged_from__in=within).update(case=source)
    CaseTask.objects.filter(case=source, merged_from=source).update(merged_from=None)
    link.ended_at = clock.now()
    link.save(update_fields=["ended_at"])
    source.merged_into = None
    history.move(source, State(link.state_before), by=by, restores=True)
    history.note(target, Happening.MERGE_UNDONE, by=by, case=source.pk, number=source.number)
    history.reckon([source, target])
    for row in (source, target):
        holding.save(row)
    holding.tell("service_desk.case.undo_merge", source, by=by, reason=reason, entries=count, out_of=target.number)
    return source


@transaction.atomic
def split(
    case: Case,
    *,
    entries_of: Sequence[CaseEntry],
    subject: str,
    by: User,
    kind: str = "",
    category: str = "",
    version: int | None = None,
) -> Case:
    """SVC-02 · A6.2.2 — make some of what was said a case of its own: copied there with its files, and still here.

    The new case counts from the first word that was taken along, which is the member's. Refuses entries of another case.
    """
    row = holding.held(case, by=by, version=version)
    chosen = list(CaseEntry.objects.filter(case=row, pk__in=[one.pk for one in entries_of]).order_by("at", "id"))
    if not chosen or len(chosen) != len({one.pk for one in entries_of}):
        raise Refusal("entries_of_another_case", status=422)
    if chosen[0].direction != CaseEntry.Direction.INCOMING:
        raise Refusal("split_begins_with_the_member", status=422)
    first, rest = chosen[0], chosen[1:]
    fresh = cases.open_case(
        kind=kind or row.kind, channel=first.channel, subject=subject, body=first.body, member=row.member,
        contact=cases.Contact(row.contact_name, row.contact_phone, row.contact_email), category=category, card=row.card,
        order=row.order, product=row.product, store=row.store, language=row.language, by=by, at=first.at,
    )  # fmt: skip
    _copy_files(first, fresh.entries.order_by("id")[0])
    for one in rest:
        copied = entries.write_down(
            fresh, one.direction, body=one.body, channel=one.channel, at=one.at, author=one.author, member=one.member,
            sender=one.sender,
        )  # fmt: skip
        _copy_files(one, copied)
        searching.add(fresh, one.body)
    CaseLink.objects.create(case=fresh, other=row, kind=Kind.SPLIT_FROM, by=by)
    history.note(row, Happening.SPLIT, by=by, case=fresh.pk, number=fresh.number)
    holding.save(row)
    holding.save(fresh)
    holding.tell("service_desk.case.split", row, by=by, fresh=fresh.number, entries=len(chosen))
    return fresh


@transaction.atomic
def link(case: Case, *, other: Case, by: User, kind: str = Kind.RELATED) -> CaseLink:
    """SVC-02 · A6.2.2 — say how two cases belong together; saying it twice is saying it once. Merging has its own way."""
    if case.pk == other.pk:
        raise Refusal("case_with_itself", status=422)
    if kind not in (Kind.RELATED, Kind.DUPLICATE, Kind.FOLLOWS):
        raise Refusal("link_unknown", status=422)
    row, beside = holding.held(case, by=by), Case.objects.get(pk=other.pk)
    found, is_new = CaseLink.objects.get_or_create(
        case=row, other=beside, kind=kind, ended_at__isnull=True, defaults={"by": by}
    )
    if is_new:
        history.note(row, Happening.LINKED, by=by, case=beside.pk, number=beside.number, link=kind)
        holding.tell("service_desk.case.link", row, by=by, other=beside.number, link=kind)
    return found


@transaction.atomic
def unlink(link: CaseLink, *, by: User) -> None:
    """SVC-02 · A6.2.2 — two cases do not belong together after all. A merge is undone, not unlinked."""
    row = holding.held(link.case, by=by)
    if link.kind in (Kind.MERGED_INTO, Kind.SPLIT_FROM):
        raise Refusal("link_unknown", status=422)
    if CaseLink.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=clock.now()):
        holding.tell("service_desk.case.unlink", row, by=by, other=link.other.number, link=link.kind)


def _pair(first: Case, second: Case, *, by: User) -> tuple[Case, Case]:
    """Both rows, held in the order of their ids, so that two merges cannot wait for one another."""
    rows = {pk: holding.locked(pk) for pk in sorted({first.pk, second.pk})}
    return rows[first.pk], rows[second.pk]


def check_fit(source: Case, target: Case) -> None:
    """SVC-02 · A6.2.2 — whether one case can become a part of the other at all; refuses as `merge` does."""
    if source.pk == target.pk:
        raise Refusal("case_with_itself", status=422)
    if target.state == State.CLOSED or source.state == State.CLOSED:
        raise Refusal("case_closed")
    if source.member_id != target.member_id:
        raise Refusal("cases_of_two_people")
    if source.kind == CaseKind.COMPLAINT != target.kind:
        raise Refusal("complaint_merges_into_complaint")


def _root(case: Case) -> Case:
    row = Case.objects.get(pk=case.pk)
    while row.merged_into_id is not None:
        row = Case.objects.get(pk=row.merged_into_id)
    return row


def _below(case: Case) -> list[int]:
    """Everything that had been merged into a case, however deep."""
    found: list[int] = []
    level = [case.pk]
    while level:
        level = list(Case.objects.filter(merged_into__in=level).values_list("pk", flat=True))
        found += level
    return found


def _copy_files(source: CaseEntry, to: CaseEntry) -> None:
    files.copy(CaseAttachment.objects.filter(entry=source), to=to)
