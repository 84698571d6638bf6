"""What is told about cases: to the member by inbox and e-mail, to colleagues by inbox (SVC-01, SVC-02 · A6.2, D6.1)."""

import re
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from core import crypto
from core.messaging import outbox, providers
from core.models import Channel, Message, User
from service_desk.models import Case, CaseEntry, CaseTask

RECEIVED, REPLIED, RESOLVED = "case.received", "case.replied", "case.resolved"
BRIEF = 120
TAG = 10
_TAGGED = re.compile(r"\+(c\d{6}-[0-9a-z]{6})\.([0-9a-f]{10})@", re.IGNORECASE)


def received(case: Case) -> bool:
    """SVC-04 · D6.1 — acknowledge that we have it; whether there was an address to tell."""
    return to_member(RECEIVED, case, key=str(case.pk), context={"number": case.number, "subject": case.subject})


def replied(case: Case, entry: CaseEntry, *, key: str, resolved: bool) -> bool:
    """SVC-01 · A6.2.1 — send an answer. An answer to the mail comes back to this case, by address and by Message-ID."""
    files = entry.attachments.count()
    context = {
        "number": case.number,
        "subject": case.subject,
        "body": entry.body,
        "brief": brief(entry.body),
        "agent": str(entry.author or ""),
        "files": files,
        "resolved": resolved,
    }
    return to_member(REPLIED, case, key=key, context=context)


def resolved(case: Case, *, key: str) -> bool:
    """SVC-04 · D6.2 — tell the solution where no answer told it."""
    context = {
        "number": case.number,
        "subject": case.subject,
        "solution": case.resolution,
        "brief": brief(case.resolution),
    }
    return to_member(RESOLVED, case, key=f"{case.pk}:{key}", context=context)


def assigned(case: Case, *, key: str) -> None:
    """SVC-02 · A6.2.2 — a case is somebody's from now on."""
    _to_colleagues("case.assigned", case, [case.owner], key=key, context={"number": case.number})


def wrote(case: Case, entry: CaseEntry) -> None:
    """SVC-01 · A6.2.1 — tell owner and followers that the member wrote again."""
    people = [case.owner, *followers_of(case)]
    _to_colleagues("case.member_wrote", case, people, key=str(entry.pk), context={"number": case.number})


def noted(case: Case, entry: CaseEntry) -> None:
    """SVC-02 · A6.2.2 — tell owner and followers of a colleague's note."""
    people = [one for one in (case.owner, *followers_of(case)) if one is not None and one.pk != entry.author_id]
    context = {"number": case.number, "author": str(entry.author)}
    _to_colleagues("case.noted", case, people, key=str(entry.pk), context=context)


def asked(task: CaseTask, people: Iterable[User]) -> None:
    """SVC-02 · A6.2.2 — tell the department, or the colleague who was named, what it is asked."""
    context = {"number": task.case.number, "department": task.department.name, "due_at": task.due_at}
    link = reverse("admin:service_desk_casetask_change", args=[task.pk])
    _to_colleagues("case.task_asked", task.case, people, key=str(task.pk), context=context, link=link)


def answered(task: CaseTask) -> None:
    """SVC-02 · A6.2.2 — tell the owner of the case that a department has answered."""
    context = {"number": task.case.number, "department": task.department.name}
    people = [task.case.owner or task.asked_by]
    _to_colleagues("case.task_answered", task.case, people, key=str(task.pk), context=context)


def escalated(case: Case, people: Iterable[User | None], *, key: str, by: User) -> None:
    """SVC-03 · D4.3.2 — a colleague asks for help with a case."""
    _to_colleagues("case.escalated", case, people, key=key, context={"number": case.number, "author": str(by)})


def followers_of(case: Case) -> list[User]:
    return [one.user for one in case.followers.select_related("user").filter(user__is_active=True)]


def reply_address(number: str) -> str:
    """SVC-01 — where answers to our mails about a case go: `service+c261123-k7m4q2.0f3a…@…`; empty without a mailbox.

    The tag behind the number is keyed, so that nobody writes into a case whose number he has guessed.
    """
    address = parseaddr(settings.SERVICE_ADDRESS)[1]
    local, at, domain = address.rpartition("@")
    return f"{local}+{number.lower()}.{_tag(number)}@{domain}" if at else ""


def number_in(addresses: Iterable[str]) -> str:
    """SVC-01 — the case number that one of the addresses of a mail names and proves; empty where none does."""
    for address in addresses:
        if found := _TAGGED.search(address):
            number = found[1].upper()
            if crypto.same(found[2].lower(), _tag(number)):
                return number
    return ""


def message_id(key: str) -> str:
    """SVC-01 — the Message-ID of the mail that carries an answer, known before it is sent."""
    return providers.message_id(f"{REPLIED}:{key}:{Channel.EMAIL}")


def headers(message: Message) -> Mapping[str, str]:
    """SVC-01 — of an answer that a colleague wrote: where replies go, and which mail it answers. No machine wrote it."""
    pk = message.about.rpartition(":")[2]
    row = Case.objects.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if row is None:
        return {}
    known = row.entries.filter(direction=CaseEntry.Direction.INCOMING).exclude(message_id="").order_by("-at", "-id")
    answered_one = known.values_list("message_id", flat=True).first() or ""
    return {
        "Auto-Submitted": "",
        "Reply-To": reply_address(row.number),
        "In-Reply-To": answered_one,
        "References": answered_one,
    }


def headers_of_receipt(message: Message) -> Mapping[str, str]:
    """SVC-01 — of a mail that only says that we have one: as those of an answer, and that a machine wrote it (RFC 3834)."""
    return {**headers(message), "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def address(case: Case) -> str:
    """Where the member reads her case; empty as long as the portal has no such page."""
    try:
        return reverse("service_desk:case", args=[case.number])
    except NoReverseMatch:
        return ""


def ways_to(case: Case) -> tuple[str, ...]:
    """SVC-01 — how the member is told: inbox and e-mail; by SMS whoever has neither a log-in nor an e-mail address."""
    member = case.member
    if member is None:
        if case.contact_email:
            return (Channel.EMAIL,)
        return (Channel.SMS,) if case.contact_phone else ()
    found = [Channel.INBOX] if member.user_id else []
    found += [Channel.EMAIL] if member.email and member.email_verified_at else []
    return tuple(found) or ((Channel.SMS,) if member.phone and member.phone_verified_at else ())


def can_be_told(case: Case) -> bool:
    """Whether an answer reaches anybody."""
    return bool(ways_to(case))


def brief(text: str) -> str:
    """The beginning of a text, for an SMS."""
    line = " ".join(text.split())
    return line if len(line) <= BRIEF else f"{line[: BRIEF - 1]}…"


def _tag(number: str) -> str:
    return crypto.keyed_digest(number.upper(), key=settings.INDEX_KEY, purpose="case-address")[:TAG]


def to_member(event: str, case: Case, *, key: str, context: Mapping[str, Any], link: str = "") -> bool:
    """Tell whoever came with a case, by the ways there are; whether there was one. `link` leads elsewhere than to the case."""
    ways, member = ways_to(case), case.member
    if not ways:
        return False
    outbox.send(
        event,
        key=key,
        to=member.user if member else None,
        member_id=member.pk if member else None,
        address="" if member else case.contact_email or case.contact_phone,
        language=(member.language if member else "") or case.language,
        channels=ways,
        context=dict(context),
        link=link or (address(case) if member else ""),
        about=f"service_desk.case:{case.pk}",
    )
    return True


def _to_colleagues(
    event: str, case: Case, people: Iterable[User | None], *, key: str, context: Mapping[str, Any], link: str = ""
) -> None:
    """`link` is where the colleague goes from the letter: the page of the case, unless said otherwise."""
    link = link or reverse("admin:service_desk_case_change", args=[case.pk])
    for person in {one.pk: one for one in people if one is not None}.values():
        outbox.send(event, key=f"{key}:{person.pk}", to=person, context=dict(context), link=link)
