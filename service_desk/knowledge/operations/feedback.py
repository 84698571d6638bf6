"""What readers tell of articles: whether one helped, and what they looked for in vain (SVC-15 · D6.4)."""

from collections.abc import Collection

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from core import access, audit, clock, crypto, limits
from core.limits import Limit
from core.models import User
from core.refusals import Refusal
from service_desk.knowledge.models import ArticleRating, ArticleVersion, VainSearch
from service_desk.knowledge.operations.articles import PROPOSE
from service_desk.knowledge.policy import words
from service_desk.knowledge.queries.articles import member_of

LONGEST_COMMENT = 500
RATINGS = Limit("knowledge-rating", 30, 3_600)
SEARCHES = Limit("knowledge-vain", 30, 3_600)


def rater_of(user: object, session: str) -> str:
    """Who answers, as a keyed digest: an account, or for a visitor the session."""
    who = f"user:{user.pk}" if isinstance(user, User) else f"session:{session}"
    return crypto.keyed_digest(who, key=settings.INDEX_KEY, purpose="knowledge-rating")


@transaction.atomic
def rate(
    version: ArticleVersion, *, helped: bool, rater: str, origin: str, user: object, language: str, comment: str = ""
) -> ArticleRating:
    """SVC-15 · D6.4 — one answer of a reader to a version; a later one replaces it, a comment is added to it.

    Refuses (`too_many_requests`) more than a reader can have read in an hour.
    """
    limits.require((RATINGS, origin))
    said = {"helped": helped, "language": language, "at": clock.now()}
    if comment.strip():
        said["comment"] = comment.strip()[:LONGEST_COMMENT]
    rows = ArticleRating.objects.select_for_update().filter(version=version, rater=rater)
    row = rows.first()
    if row is None:
        try:
            with transaction.atomic():
                return ArticleRating.objects.create(version=version, rater=rater, member=member_of(user), **said)
        except IntegrityError:
            row = rows.get()
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=list(said))
    return row


def note_vain(text: str, *, language: str, origin: str) -> None:
    """SVC-15 · D6.4 — somebody looked for this and found nothing. Nothing is kept that could name a person.

    What one origin asks more often than the limit is not noted; neither is what is left of nothing.
    """
    said = words.in_vain(text)
    if len(said) < 2 or not limits.spend(SEARCHES, origin):
        return
    now = clock.now()
    with transaction.atomic():
        row, fresh = VainSearch.objects.get_or_create(
            text=said, language=language, defaults={"times": 1, "first_at": now, "last_at": now}
        )
        if not fresh:
            again = VainSearch.objects.filter(pk=row.pk)
            again.update(times=F("times") + 1, last_at=now, settled_at=None, settled_by=None)


@transaction.atomic
def settle(row: VainSearch, *, outcome: str, by: User) -> None:
    """An editor has answered it: an article was written, a keyword added, or it is none of ours. Sought again, it is back."""
    access.require(by, PROPOSE)
    row = VainSearch.objects.select_for_update().get(pk=row.pk)
    if not outcome.strip():
        raise Refusal("reason_needed")
    row.settled_at, row.settled_by, row.outcome = clock.now(), by, outcome.strip()[:200]
    row.save(update_fields=["settled_at", "settled_by", "outcome"])
    audit.record("service_desk.search.settle", subject=row, actor=by, reason=row.outcome)


def forget(keys: Collection[int]) -> int:
    """Searches that nobody repeats any more are not kept."""
    return VainSearch.objects.filter(pk__in=list(keys)).delete()[0]
