"""Telling members whom an incident concerns: asked, decided, written in batches, each of them once (SVC-16 · D12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from core import access, approvals, audit, clock, parameters
from core.messaging import outbox
from core.messaging.outbox import Draft
from core.models import Approval, User
from core.refusals import Refusal
from members.models import Member
from service_desk.incidents.models import Incident, IncidentEntry, IncidentTelling, MemberTold
from service_desk.incidents.operations import entries, holding
from service_desk.incidents.policy import states
from service_desk.incidents.policy.parameters import IncidentParameters
from service_desk.incidents.queries import tellings

TELL = "service_desk.tell_incident"
KIND = "service_desk.incident_telling"
EVENT = "incident.told"
State = IncidentTelling.State


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Whom it is for, and what it says: `texts` is language → {"title", "body"}."""

    rule: str
    texts: Mapping[str, Mapping[str, str]]
    chosen: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def ask(incident: Incident, letter: Letter, *, by: User, key: str) -> IncidentTelling:
    """SVC-16 · D12 — a message to the members concerned. To few it is sent at once, for many a second person is asked.

    A service message: what the contract and the law owe those concerned needs no consent. A repeat of the key returns
    what was asked. Refuses a drill, nobody, and a text that lacks a language.
    """
    access.require(by, TELL)
    incident = holding.held(incident)
    if (known := IncidentTelling.objects.filter(key=key).first()) is not None:
        return known
    _check(incident, letter)
    expected = tellings.count(incident, letter.rule, letter.chosen)
    if not expected:
        raise Refusal("telling_concerns_nobody")
    many = states.needs_second_person(expected, more_than=parameters.in_force(IncidentParameters).tell_alone)
    row = IncidentTelling.objects.create(
        incident=incident, rule=letter.rule, chosen=dict(letter.chosen), texts=_clean(letter.texts), expected=expected,
        state=State.WAITING if many else State.SENDING, made_by=by, key=key,
    )  # fmt: skip
    details = {"rule": row.rule, "expected": expected, "languages": sorted(row.texts), "asked": many}
    audit.record("service_desk.incident.ask_telling", subject=row, actor=by, details=details)
    if many:
        _request(row, by=by)
    else:
        _begin(row, by=by)
    return row


def approve(approval: Approval) -> None:
    """What the decision does: it is sent from now on."""
    row = of(approval)
    _begin(row, by=approval.decided_by)


def drop(approval: Approval) -> None:
    """Rejected or withdrawn: nobody is written to."""
    row = of(approval)
    row.state = State.DROPPED
    row.save(update_fields=["state"])


def of(approval: Approval) -> IncidentTelling:
    """The message that a request is about, held."""
    return IncidentTelling.objects.select_for_update(of=("self",)).get(approval=approval)


@transaction.atomic
def tell(telling: int, members: Sequence[int]) -> int:
    """Write to these members, in the transaction of the batch; returns how many had not been written to before."""
    row = IncidentTelling.objects.select_for_update(of=("self",)).get(pk=telling)
    if row.state != State.SENDING:
        return 0
    known = MemberTold.objects.filter(telling=row, member__among=list(members)).values_list("member", flat=True)
    fresh = sorted(set(members) - set(known))
    MemberTold.objects.bulk_create([MemberTold(telling=row, member_id=key) for key in fresh], batch_size=1_000)
    outbox.send_many(_drafts(row, fresh))
    row.told_through = max(row.told_through, *members)
    row.told += len(fresh)
    row.save(update_fields=["told_through", "told"])
    return len(fresh)


def finish(telling: int) -> int:
    """Everybody has been written to."""
    rows = IncidentTelling.objects.filter(pk=telling, state=State.SENDING)
    return rows.update(state=State.SENT, finished_at=clock.now())


def _check(incident: Incident, letter: Letter) -> None:
    if incident.is_drill:
        raise Refusal("drill_touches_nobody")
    holding.require_not_closed(incident)
    worded = _clean(letter.texts)
    if not worded or not all(text["title"] and text["body"] for text in worded.values()):
        raise Refusal("telling_needs_words")


def _clean(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    kept = {one: {name: said.strip() for name, said in text.items()} for one, text in texts.items()}
    return {language: text for language, text in kept.items() if any(text.values())}


def _request(row: IncidentTelling, *, by: User) -> None:
    after = {"rule": row.rule, "members": row.expected}
    for language, text in sorted(row.texts.items()):
        after |= {f"title.{language}": text["title"], f"body.{language}": text["body"]}
    row.approval = approvals.request(
        KIND, subject=row, title=f"{row.incident.number}: {row.incident.what}"[:200], before={}, after=after,
        effect={"members": row.expected}, reason=f"{row.incident.number}: {row.incident.what}", author=by,
    )  # fmt: skip
    row.save(update_fields=["approval"])


def _begin(row: IncidentTelling, *, by: User | None) -> None:
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=row.incident_id)
    row.state = State.SENDING
    row.save(update_fields=["state"])
    incident.told_at = incident.told_at or clock.now()
    incident.save(update_fields=["told_at"])
    entries.write(incident, IncidentEntry.Kind.TOLD, text=title_of(row), by=by, members=row.expected)
    audit.record("service_desk.incident.tell", subject=row, actor=by, details={"expected": row.expected})


def title_of(row: IncidentTelling) -> str:
    """The first title there is, for the house: English where it was written."""
    texts: Mapping[str, Mapping[str, str]] = row.texts
    return (texts.get("en") or next(iter(texts.values())))["title"]


def _drafts(row: IncidentTelling, members: Sequence[int]) -> list[Draft]:
    common = Draft(event=EVENT, key="", context={}, about=f"service_desk.incidenttelling:{row.pk}", link="/inbox/")
    spoken = Member.objects.filter(pk__among=list(members)).values_list("pk", "language")
    return [replace(common, key=f"{row.pk}:{pk}", member_id=pk, language=language) for pk, language in spoken]
