"""What must always hold of the knowledge base and of announcements, checked by `manage.py verify`."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from core import clock
from core.models import Approval
from core.verify import invariant
from service_desk.knowledge.models import Announcement, Article, ArticleText, ArticleVersion

State = ArticleVersion.State


@invariant("K1", "of each article readers find one version at most")
def one_version_is_found() -> Iterator[str]:
    rows = ArticleVersion.objects.in_force(clock.today()).order_by().values("article")
    for row in rows.annotate(found=Count("pk")).filter(found__gt=1):
        yield f"article {row['article']} says {row['found']} things at once"


@invariant("K2", "what members read was decided by a second person, or came with the programme")
def articles_have_four_eyes() -> Iterator[str]:
    agreed = Q(approval__state=Approval.State.APPROVED) & ~Q(approval__decided_by=F("approval__author"))
    shipped = Q(author__isnull=True, approval__isnull=True)
    rows = ArticleVersion.objects.filter(state=State.PUBLISHED).exclude(audience=ArticleVersion.Audience.AGENTS)
    for row in rows.exclude(agreed | shipped).select_related("article"):
        yield f"version {row} was published without a second person"


@invariant("K3", "a version waits exactly as long as its request")
def versions_wait_with_their_request() -> Iterator[str]:
    waiting = Q(state=State.WAITING, approval__state=Approval.State.PENDING)
    for row in ArticleVersion.objects.filter(Q(state=State.WAITING) | Q(approval__state="pending")).exclude(waiting):
        yield f"version {row.pk} is {row.state}, its request is not"


@invariant("K4", "every version has words, and nothing but words in a language of the programme")
def versions_are_worded() -> Iterator[str]:
    for row in ArticleVersion.objects.filter(texts__isnull=True).exclude(state=State.DROPPED):
        yield f"version {row.pk} says nothing"
    for text in ArticleText.objects.filter(Q(title="") | Q(body="")):
        yield f"wording {text.pk} of version {text.version_id} is half a wording"


@invariant("K5", "what readers find is due to be looked over some day")
def articles_are_reviewed() -> Iterator[str]:
    for row in Article.objects.filter(versions__state=State.PUBLISHED, review_on__isnull=True).distinct():
        yield f"article {row} is never looked over again"


@invariant("K6", "what is announced was decided by two people")
def announcements_have_four_eyes() -> Iterator[str]:
    agreed = Q(approval__state=Approval.State.APPROVED) & ~Q(approval__decided_by=F("approval__author"))
    for row in Announcement.objects.filter(state=Announcement.State.PUBLISHED).exclude(agreed):
        yield f"announcement {row.pk} was published without a second person"
