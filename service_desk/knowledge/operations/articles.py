"""Articles are drafted by one person and published by two (SVC-15 · D6.4); what was published is never changed."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from core import access, approvals, audit, clock
from core.models import Approval, User
from core.refusals import Refusal
from service_desk.knowledge.models import Article, ArticleVersion
from service_desk.knowledge.operations import versions
from service_desk.knowledge.policy import writing
from service_desk.knowledge.policy.writing import Content
from service_desk.knowledge.queries import policy_figures
from service_desk.knowledge.queries.contents import content_of, told

PROPOSE = "service_desk.propose_article"
KIND = "service_desk.article"
State = ArticleVersion.State


@transaction.atomic
def begin(slug: str, content: Content, *, places: Collection[str], by: User) -> ArticleVersion:
    """SVC-15 · D6.4 — a new article, which nobody finds until it is published. Refuses an address that is taken."""
    access.require(by, PROPOSE)
    writing.check_slug(slug)
    _check(content, places)
    try:
        with transaction.atomic():
            article = Article.objects.create(slug=slug, owner=by)
    except IntegrityError as error:
        raise Refusal("article_address_taken") from error
    return _drafted(versions.write(article, content, by=by), by=by)


@transaction.atomic
def edit(article: Article, content: Content, *, places: Collection[str], by: User) -> ArticleVersion:
    """SVC-15 · D6.4 — what the open draft says from now on; where there is none, a new version begins.

    Refuses `article_waits` while it waits for a second person: that request is withdrawn first.
    """
    access.require(by, PROPOSE)
    _check(content, places)
    return _drafted(versions.write(_locked(article), content, by=by), by=by)


@transaction.atomic
def restore(version: ArticleVersion, *, by: User) -> ArticleVersion:
    """SVC-15 · D6.4 — go back: a new draft says what an earlier version said, and is published like any other.

    Refuses while another draft is open, so that nothing typed is lost.
    """
    access.require(by, PROPOSE)
    article = _locked(version.article)
    if version.state != State.PUBLISHED:
        raise Refusal("article_version_never_published")
    if versions.open_draft(article):
        raise Refusal("article_has_a_draft")
    return _drafted(versions.write(article, content_of(version), by=by, restores=version), by=by)


@transaction.atomic
def drop(article: Article, *, by: User) -> None:
    """Give the open draft up; it stays on record. Refuses while it waits for a second person."""
    access.require(by, PROPOSE)
    draft = _draft_of(_locked(article))
    draft.state = State.DROPPED
    draft.save(update_fields=["state"])
    audit.record("service_desk.article.drop", subject=article, actor=by, details={"version": draft.number})


@transaction.atomic
def publish(article: Article, *, reason: str, by: User) -> Approval | None:
    """SVC-15 · D6.4 — publish the open draft: what members or everybody read, or have read, goes to a second person.

    What only colleagues read is in force at once (None). Refuses what `approvals.request` refuses.
    """
    access.require(by, PROPOSE)
    article = _locked(article)
    draft, last = _draft_of(article), versions.last_word(article)
    _check(content_of(draft), None)
    if not writing.needs_two({draft.audience, *([last.audience] if last else [])}):
        _publish(draft, by=by, reason=reason)
        return None
    asked = approvals.request(
        KIND,
        subject=article,
        title=draft.text("en").title,
        before=told(last) if last else {},
        after=told(draft),
        effect={"version": draft.number, "begins_on": versions.begins_on(draft)},
        reason=reason,
        author=by,
    )
    draft.state, draft.approval = State.WAITING, asked
    draft.save(update_fields=["state", "approval"])
    return asked


def approve(approval: Approval) -> None:
    """What the decision does: the version holds from its day on, or from today where that has passed."""
    _publish(of(approval), by=approval.decided_by, reason=approval.reason)


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: it is a draft again, to be mended."""
    version = of(approval)
    version.state, version.approval = State.DRAFT, None
    version.save(update_fields=["state", "approval"])


def of(approval: Approval) -> ArticleVersion:
    """The version that a request is about, its article held."""
    article = Article.objects.select_for_update().get(versions__approval=approval)
    return article.versions.select_related("article").get(approval=approval)


@transaction.atomic
def withdraw(article: Article, *, reason: str, by: User) -> None:
    """Take an article off the shelf at once, for every reader: that needs nobody else. Its versions stay on record."""
    access.require(by, PROPOSE)
    if not reason.strip():
        raise Refusal("reason_needed")
    if not versions.take_off(_locked(article), on=clock.today()):
        raise Refusal("article_not_on_the_shelf")
    audit.record("service_desk.article.withdraw", subject=article, actor=by, reason=reason)


@transaction.atomic
def review(article: Article, *, by: User) -> None:
    """SVC-15 · D6.4 — somebody looked it over and it is still right; it is due again as the policy says."""
    access.require(by, PROPOSE)
    article = _locked(article)
    versions.due_again(article)
    audit.record("service_desk.article.review", subject=article, actor=by, details={"next": article.review_on})


@transaction.atomic
def hand_over(article: Article, *, to: User, by: User) -> None:
    """Somebody else looks after it. Refuses a colleague who may not write articles."""
    access.require(by, PROPOSE)
    if not access.allows(to, PROPOSE):
        raise Refusal("article_owner_may_not_write")
    article = _locked(article)
    was, article.owner = article.owner_id, to
    article.save(update_fields=["owner"])
    audit.record("service_desk.article.hand_over", subject=article, actor=by, details={"from": was, "to": to.pk})


def _check(content: Content, places: Collection[str] | None) -> None:
    known = content.pins if places is None else places
    writing.check(content, places=known, figure=policy_figures.reader(), today=clock.today())


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update().get(pk=article.pk)


def _draft_of(article: Article) -> ArticleVersion:
    draft = versions.open_draft(article)
    if draft is None:
        raise Refusal("article_has_no_draft")
    if draft.state == State.WAITING:
        raise Refusal("article_waits")
    return draft


def _drafted(version: ArticleVersion, *, by: User) -> ArticleVersion:
    languages = sorted(version.texts.values_list("language", flat=True))
    details = {"version": version.number, "audience": version.audience, "languages": languages}
    audit.record("service_desk.article.draft", subject=version.article, actor=by, details=details)
    return version


def _publish(version: ArticleVersion, *, by: User | None, reason: str) -> None:
    versions.put_in_force(version)
    details = {"version": version.number, "audience": version.audience, "from": version.valid_from_on}
    audit.record("service_desk.article.publish", subject=version.article, actor=by, reason=reason, details=details)
