"""Opening a case (SVC-01, SVC-02 · A6.2): logged, classified, routed, acknowledged, its clocks started."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from cards.models import Card, Order, Product
from cards.operations.orders import READ_ALOUD
from cards.queries import holder_tier
from core import access, clock, crypto, parameters
from core.models import Store, User
from core.refusals import Refusal
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from members.models import Member
from members.policy import emails, phones
from service_desk.models import Case, CaseCategory, CaseEntry
from service_desk.operations import attachments as files
from service_desk.operations import complaint_files, entries, handling, history, holding, letters, routing, searching
from service_desk.policy import classification
from service_desk.policy import routing as rules
from service_desk.policy.codes import SPOKEN, Channel, Complexity, Happening, Kind, Severity
from service_desk.policy.states import State
from service_desk.queries import categories

LONGEST_SUBJECT = 200
SEEN_ON_PAGE = frozenset({*SPOKEN, Channel.WEB, Channel.CHAT})
"""Where the number is told on the spot, by a colleague or by the page: receipt is acknowledged at once."""


@dataclass(frozen=True)
class Contact:
    """Somebody who is no member: a name, a phone number, an e-mail address; normalised when the case is opened."""

    name: str = ""
    phone: str = ""
    email: str = ""


@transaction.atomic
def open_case(
    *,
    kind: str,
    channel: str,
    subject: str,
    body: str,
    member: Member | None = None,
    contact: Contact | None = None,
    category: str = "",
    severity: str = "",
    complexity: str = "",
    card: Card | None = None,
    order: Order | None = None,
    product: Product | None = None,
    store: Store | None = None,
    language: str = "",
    by: User | None = None,
    key: str = "",
    at: dt.datetime | None = None,
    attachments: Iterable[files.Upload | files.Checked] = (),
    close_at_once: str = "",
    message_id: str = "",
    acknowledge: bool = True,
    owner: User | None = None,
) -> Case:
    """SVC-01, SVC-02 · A6.2 — open a case for a member or for a contact. `by` is the colleague who writes it down.

    What is not given is suggested by rule from the words. Spoken contacts belong to the colleague who takes them; the
    others are routed, unless they have an `owner` already. `close_at_once` is the answer that settled a simple matter on
    the spot. Without `acknowledge` nobody is written to: a machine would answer. `at` is when it was said, never later
    than now. The same `key` gives the same case again; with other content it is refused (`key_reused`). Refuses a
    colleague without the right, his own case, an unknown category, an address that cannot exist.
    """
    _check_right(by, member, store, is_spoken=Channel(channel) in SPOKEN)
    said, about, kept = holding.clean(body), _subject(subject, body), files.check_all(attachments)
    moment = min(at or clock.now(), clock.now())
    row = _row(
        kind=Kind(kind), channel=Channel(channel), subject=about, member=member, contact=contact or Contact(), card=card,
        order=order, product=product, store=store, by=by, key=key, moment=moment,
    )  # fmt: skip
    row.language = member.language if member else language
    _classify(row, f"{about}\n{said}", category=category, severity=severity, complexity=complexity)
    if close_at_once and by is None:
        raise Refusal("not_permitted", status=403)
    if close_at_once and row.complexity != Complexity.SIMPLE:
        raise Refusal("only_simple_cases_close_at_once")
    digest = _digest(row, said)
    if key and (known := Case.objects.filter(key=row.key).first()):
        return _same(known, digest)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = Case.objects.filter(key=row.key).first() if key else None
        if known is None:
            raise
        return _same(known, digest)
    complaint_files.opened(row)
    is_spoken = row.channel in SPOKEN and by is not None
    history.note(
        row, Happening.OPENED, by=by, at=moment, targets=history.promised(row).as_json(), spoken=is_spoken,
        kind=row.kind, category=row.category.code if row.category else "", severity=row.severity,
        complexity=row.complexity, tier=row.tier, digest=digest,
    )  # fmt: skip
    entries.write_down(
        row, CaseEntry.Direction.INCOMING, body=said, channel=row.channel, at=moment, member=member, key=key,
        message_id=message_id, uploads=kept, sender=row.contact_name or row.contact_email,
    )  # fmt: skip
    _hand_on(row, by=by, is_spoken=is_spoken, owner=owner)
    if row.channel in SEEN_ON_PAGE or (acknowledge and letters.can_be_told(row)):
        seen_at_once = row.channel == Channel.CHAT  # the page said so when the chat began, however long it went on
        history.note(row, Happening.ACKNOWLEDGED, by=by, at=moment if seen_at_once else None)
    if acknowledge and (not is_spoken or not close_at_once):
        letters.received(row)
    history.reckon([row])
    row.save()
    searching.add(row, about, said, row.contact_name, row.number)
    holding.tell("service_desk.case.open", row, by=by, kind=row.kind, channel=row.channel, owner=row.owner_id)
    if close_at_once and by:
        return handling.settle_at_once(row, answer=close_at_once, by=by)
    return row


def suggest(subject: str, body: str, *, kind: str = "") -> classification.Suggestion:
    """SVC-02 · A6.2.2 — how a case with these words would be classified: for the form, before anything is opened."""
    return classification.suggest(f"{subject}\n{body}", categories=categories.rules(), kind=kind)


def tier_of(member: Member | None) -> tuple[str, int]:
    """LOY-15 · B8.3 — the tier of a member and its place in the queue."""
    code = holder_tier.code_of(member)
    return code, rules.rank(code, tiers.codes(parameters.in_force(TierParameters)))


def new_number() -> str:
    """`C261123-K7M4Q2`: the day, and six characters that can be read aloud."""
    return f"C{clock.today():%y%m%d}-{get_random_string(6, READ_ALOUD)}"


def _check_right(by: User | None, member: Member | None, store: Store | None, *, is_spoken: bool) -> None:
    """Whoever writes for herself needs no right; what is spoken is written down by a colleague, who is not the speaker."""
    if by is None or (member is not None and member.user_id == by.pk and not is_spoken):
        return
    if not access.allows(by, holding.HANDLE):
        access.require(by, holding.OPEN_AT_COUNTER, at=store.pk if store else None)
    holding.refuse_kin(member, by=by)


def _subject(subject: str, body: str) -> str:
    about = " ".join(holding.clean(subject, longest=4_000).split())[:LONGEST_SUBJECT]
    about = about or " ".join(holding.clean(body).split())[:80]
    if not about:
        raise Refusal("case_needs_words", status=422)
    return about


def _row(
    *, kind: Kind, channel: Channel, subject: str, member: Member | None, contact: Contact, card: Card | None,
    order: Order | None, product: Product | None, store: Store | None, by: User | None, key: str, moment: dt.datetime,
) -> Case:  # fmt: skip
    tier, rank = tier_of(member)
    return Case(
        number=new_number(),
        kind=kind,
        channel=channel,
        subject=subject,
        member=member,
        contact_name=" ".join(contact.name.replace("\x00", "").split())[:200],
        contact_phone=phones.normalise(contact.phone, default_region=settings.PHONE_REGION) if contact.phone else "",
        contact_email=emails.normalise(contact.email) if contact.email else "",
        card=card,
        order=order,
        product=product or (card.version.product if card else None),
        store=store,
        tier=tier,
        tier_rank=rank,
        opened_by=by,
        opened_at=moment,
        last_entry_at=moment,
        key=entries.short(key, longest=80) or None,
    )


def _classify(case: Case, text: str, *, category: str, severity: str, complexity: str) -> None:
    found = classification.suggest(text, categories=categories.rules(), kind=case.kind)
    row = categories.of_code(category) if category else CaseCategory.objects.filter(code=found.category).first()
    if category and row is not None and row.kind != case.kind:
        raise Refusal("category_of_another_kind", status=422)
    usual_severity = max_severity(found.severity, row.severity if row else "")
    case.category = row
    case.skill = row.skill if row else None
    case.department = row.department if row else None
    case.severity = Severity(severity or usual_severity)
    harder = found.complexity == Complexity.COMPLEX or (row is not None and row.complexity == Complexity.COMPLEX)
    case.complexity = Complexity(complexity or (Complexity.COMPLEX if harder else Complexity.SIMPLE))


def max_severity(*levels: str) -> str:
    """The gravest of some severities."""
    ladder = list(Severity)
    return max((Severity(level) for level in levels if level), key=ladder.index, default=Severity.NORMAL)


def _digest(case: Case, said: str) -> str:
    whole = f"{case.kind}\x1f{case.channel}\x1f{case.subject}\x1f{said}\x1f{case.member_id}\x1f{case.contact_phone}"
    return crypto.keyed_digest(f"{whole}\x1f{case.contact_email}", key=settings.INDEX_KEY, purpose="case-content")[:32]


def _same(known: Case, digest: str) -> Case:
    opened = known.events.filter(kind=Happening.OPENED).order_by("id").first()
    if opened is None or not crypto.same(str(opened.data.get("digest")), digest):
        raise Refusal("key_reused")
    return known


def _hand_on(case: Case, *, by: User | None, is_spoken: bool, owner: User | None) -> None:
    """Who stands before the member keeps her case, if he may handle cases; any other is distributed."""
    if owner is not None:
        routing.give(case, owner, by=owner, how="taken")
        history.move(case, State.OPEN, by=owner)
    elif is_spoken and by is not None and access.allows(by, holding.HANDLE):
        routing.give(case, by, by=by, how="taken")
        history.move(case, State.OPEN, by=by)
    else:
        routing.route(case, by=by)
