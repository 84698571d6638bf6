"""Announcements: drafted by one, published by two, told in batches, taken back at once (MEM-11 · D9.4, D7)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.db import transaction

from core import access, approvals, audit, clock
from core.models import Approval, User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import LegalText
from service_desk.knowledge.models import Announcement, AnnouncementText
from service_desk.knowledge.policy import announcing, markup
from service_desk.knowledge.queries import concerned, news, policy_figures
from service_desk.knowledge.queries.notices import told

PROPOSE = "service_desk.propose_announcement"
KIND = "service_desk.announcement"
State = Announcement.State


@dataclass(frozen=True)
class Wording:
    """What an announcement says in one language."""

    title: str
    summary: str
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Everything that is decided with an announcement. `products` are keys, `tiers` codes."""

    kind: str
    audience: str
    starts_at: dt.datetime
    wordings: Mapping[str, Wording]
    ends_at: dt.datetime | None = None
    importance: str = Announcement.Importance.NORMAL.value
    tiers: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    is_pinned: bool = False
    sends_message: bool = False
    purpose: str = announcing.SERVICE
    legal_text: LegalText | None = field(default=None)


@transaction.atomic
def begin(notice: Notice, *, by: User) -> Announcement:
    """MEM-11 · D9.4 — a draft, which nobody sees until two people agreed."""
    access.require(by, PROPOSE)
    return _write(Announcement(author=by), notice, by=by)


@transaction.atomic
def edit(row: Announcement, notice: Notice, *, by: User) -> Announcement:
    """What a draft says from now on. Refuses what waits, is published or was withdrawn: that is announced anew."""
    access.require(by, PROPOSE)
    return _write(_draft(row), notice, by=by)


@transaction.atomic
def publish(row: Announcement, *, reason: str, by: User) -> Approval:
    """MEM-11 · D9.4 — ask a second person. Refuses what would be over by now."""
    access.require(by, PROPOSE)
    row = _draft(row)
    if row.ends_at is not None and row.ends_at <= clock.now():
        raise Refusal("news_is_over")
    asked = approvals.request(
        KIND,
        subject=row,
        title=row.text("en").title,
        before={},
        after=told(row),
        effect={"readers": concerned.readers(row)},
        reason=reason,
        author=by,
    )
    row.state, row.approval = State.WAITING, asked
    row.save(update_fields=["state", "approval"])
    return asked


def approve(approval: Approval) -> None:
    """What the decision does: it is announced from its moment on, or from now where that has passed."""
    row, now = of(approval), clock.now()
    if row.ends_at is not None and row.ends_at <= now:
        raise Refusal("news_is_over")
    row.state, row.published_at = State.PUBLISHED, now
    row.starts_at = max(row.starts_at, now)
    row.save(update_fields=["state", "published_at", "starts_at"])
    audit.record(
        "service_desk.announcement.publish",
        subject=row,
        actor=approval.decided_by,
        reason=approval.reason,
        details={"audience": row.audience, "from": row.starts_at, "until": row.ends_at, "message": row.sends_message},
    )
    news.refresh()


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: it is a draft again, to be mended."""
    row = of(approval)
    row.state, row.approval = State.DRAFT, None
    row.save(update_fields=["state", "approval"])


def of(approval: Approval) -> Announcement:
    """The announcement that a request is about, held."""
    return Announcement.objects.select_for_update().get(approval=approval)


@transaction.atomic
def withdraw(row: Announcement, *, reason: str, by: User) -> None:
    """Take an announcement back at once, or give a draft up; messages not yet sent are not sent any more."""
    access.require(by, PROPOSE)
    if not reason.strip():
        raise Refusal("reason_needed")
    row = Announcement.objects.select_for_update().get(pk=row.pk)
    if row.state == State.WAITING:
        raise Refusal("news_waits")
    if row.state == State.WITHDRAWN:
        raise Refusal("news_is_withdrawn")
    row.state, row.withdrawn_at = State.WITHDRAWN, clock.now()
    row.save(update_fields=["state", "withdrawn_at"])
    audit.record("service_desk.announcement.withdraw", subject=row, actor=by, reason=reason)
    news.refresh()


def end(row: Announcement, *, reason: str, by: User | None) -> bool:
    """What it was announced for is over, which whoever ended that has settled: withdrawn, or, while a second person is
    still asked, no longer to be published. Runs in the caller's transaction; a repeat changes nothing."""
    row, now = Announcement.objects.select_for_update().get(pk=row.pk), clock.now()
    if row.state == State.WITHDRAWN or (row.ends_at is not None and row.ends_at <= now):
        return False
    if row.state == State.WAITING:
        row.starts_at = min(row.starts_at, now - dt.timedelta(seconds=1))
        row.ends_at = now
    else:
        row.state, row.withdrawn_at = State.WITHDRAWN, now
    row.save(update_fields=["state", "withdrawn_at", "starts_at", "ends_at"])
    audit.record("service_desk.announcement.withdraw", subject=row, actor=by, reason=reason)
    news.refresh()
    return True


def _draft(row: Announcement) -> Announcement:
    row = Announcement.objects.select_for_update().get(pk=row.pk)
    if row.state != State.DRAFT:
        raise Refusal("news_waits" if row.state == State.WAITING else "news_is_decided")
    return row


def _write(row: Announcement, notice: Notice, *, by: User) -> Announcement:
    _check(notice)
    for name in ("kind", "audience", "starts_at", "ends_at", "importance", "is_pinned", "sends_message", "purpose"):
        setattr(row, name, getattr(notice, name))
    row.tiers, row.legal_text = list(notice.tiers), notice.legal_text
    row.save()
    row.products.set(notice.products)
    row.texts.all().delete()
    AnnouncementText.objects.bulk_create(
        AnnouncementText(announcement=row, language=language, **asdict(wording))
        for language, wording in notice.wordings.items()
    )
    details = {"kind": row.kind, "audience": row.audience, "languages": sorted(notice.wordings)}
    audit.record("service_desk.announcement.draft", subject=row, actor=by, details=details)
    return row


def _check(notice: Notice) -> None:
    announcing.check(
        kind=announcing.Kind(notice.kind),
        audience=announcing.Audience(notice.audience),
        tiers=notice.tiers,
        products=notice.products,
        purpose=notice.purpose,
        has_text=notice.legal_text is not None,
        starts_at=notice.starts_at,
        ends_at=notice.ends_at,
    )
    if not notice.wordings or not all(one.title.strip() and one.summary.strip() for one in notice.wordings.values()):
        raise Refusal("news_without_words")
    figure = policy_figures.reader()
    for wording in notice.wordings.values():
        for code, what in markup.faults(wording.body, figure=figure):
            raise RuleBroken(code, what=what)
