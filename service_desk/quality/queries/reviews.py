"""Reviews: whose somebody sees, what waits for whom, who worked on a case (SVC-12 · D9)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from core import access, clock
from core.models import Employment, User
from service_desk.models.cases import Case
from service_desk.models.clocks import CaseEvent
from service_desk.models.thread import CaseEntry
from service_desk.people.queries import reach
from service_desk.policy.codes import Happening
from service_desk.quality.models import CaseReview, Reviewer, ReviewMark, ReviewObjection, ReviewScore
from service_desk.quality.models.reviews import ReviewQuerySet
from service_desk.quality.policy import scoring
from service_desk.quality.queries import sheets

SEE = "quality.view_casereview"
REVIEW = "quality.review_case"
MANAGE = "quality.manage_review"
SETTLE = "quality.settle_objection"


def visible_to(user: User) -> ReviewQuerySet:
    """Those one has to make oneself, and those of colleagues whom one's right reaches; never those of oneself."""
    mine = Q(reviewer=user)
    seen = mine
    if access.allows(user, SEE):
        bound = reach.of(user, SEE)
        if bound.everywhere:
            return CaseReview.objects.exclude(agent=user)
        seen |= bound.people("agent")
    if access.allows(user, REVIEW):
        seen |= Q(state=CaseReview.State.OPEN, reviewer__isnull=True)
    return CaseReview.objects.filter(seen).exclude(agent=user)


def own(user: User) -> QuerySet[CaseReview]:
    """The reviews of what somebody did himself, the newest first."""
    return CaseReview.objects.done().filter(agent=user).order_by("-handed_in_at", "-pk")


def unread(user: User) -> QuerySet[CaseReview]:
    """Reviews of what somebody did that he has not opened yet."""
    return own(user).filter(seen_at__isnull=True)


def to_do(user: User) -> QuerySet[CaseReview]:
    """What somebody has to review, the most urgent first."""
    return CaseReview.objects.open().filter(reviewer=user).order_by("due_on", "pk")


def late(user: User) -> QuerySet[CaseReview]:
    return to_do(user).filter(due_on__lt=clock.today())


def nobodys(user: User) -> QuerySet[CaseReview]:
    """What nobody reviews yet and this colleague may: not what he did himself."""
    return CaseReview.objects.open().filter(reviewer__isnull=True).exclude(agent=user).order_by("due_on", "pk")


def objections(user: User) -> QuerySet[ReviewObjection]:
    """What somebody may decide: neither of his own work nor of his own review."""
    rows = ReviewObjection.objects.filter(decided_at__isnull=True).exclude(review__reviewer=user)
    return reach.within(rows, user, right=SETTLE, person="review__agent").order_by("pk")


def reviewers() -> list[User]:
    """Everybody at work who may review, whether the draw gives him cases or not."""
    at_work = Employment.objects.filter(ended_on__isnull=True).values("user")
    return list(access.holders(REVIEW).filter(pk__in=at_work).order_by("pk"))


def on_duty() -> list[int]:
    """Who is given cases by the draw."""
    away = set(Reviewer.objects.filter(is_on_duty=False).values_list("user", flat=True))
    return [one.pk for one in reviewers() if one.pk not in away]


def load() -> dict[int, int]:
    """Reviewer → how many reviews are open with him."""
    rows = CaseReview.objects.open().filter(reviewer__isnull=False).order_by().values_list("reviewer")
    return dict(rows.annotate(times=Count("pk")))


def workers(cases: Collection[int]) -> dict[int, set[int]]:
    """SVC-12 · D9 — case → everybody who has worked on it: who owned it or was to, wrote in it, did anything to it, or opened
    it. Three statements for any number of cases."""
    found: dict[int, set[int]] = {case: set() for case in cases}
    for case, owner, opener in Case.objects.filter(pk__in=cases).values_list("pk", "owner", "opened_by"):
        found[case] |= {one for one in (owner, opener) if one}
    written = CaseEntry.objects.filter(case__in=cases, author__isnull=False).order_by()
    for case, author in written.values_list("case", "author").distinct():
        found[case].add(author)
    events = CaseEvent.objects.filter(Q(by__isnull=False) | Q(kind=Happening.ASSIGNED), case__in=cases)
    for case, by, data in events.order_by().values_list("case", "by", "data"):
        found[case] |= {one for one in (by, data.get("owner")) if isinstance(one, int)}
    return found


def agents_of(cases: QuerySet[Case]) -> QuerySet[Any]:
    """Each case with whose it was (`agent_`): its owner, else whoever answered last."""
    answered = CaseEntry.objects.filter(
        case=OuterRef("pk"), direction=CaseEntry.Direction.OUTGOING, author__isnull=False
    ).order_by("-pk")
    found: QuerySet[Any] = cases.annotate(answered_=Subquery(answered.values("author")[:1]))
    return found


def has_open_review() -> Exists:
    return Exists(CaseReview.objects.open().filter(case=OuterRef("pk")))


@dataclass(frozen=True)
class Marked:
    """A criterion with its mark, for reading."""

    name: str
    about: str
    weight: int
    is_critical: bool
    mark: ReviewMark
    first: str
    """What the reviewer had marked, where a decision changed it."""


@dataclass(frozen=True)
class Section:
    name: str
    share: int
    brought: int
    marks: list[Marked]


@dataclass(frozen=True)
class Told:
    """A score as it is read: section by section, what each brought, what failed."""

    score: ReviewScore
    sections: list[Section]

    @property
    def failed(self) -> list[Marked]:
        return [one for section in self.sections for one in section.marks if one.mark.is_failed]


def scores_of(review: CaseReview) -> list[ReviewScore]:
    return list(review.scores.select_related("by").prefetch_related("marks").order_by("round"))


def told(review: CaseReview, scores: list[ReviewScore] | None = None) -> Told | None:
    """SVC-12 · D9 — the score in force with every mark, in a constant number of statements."""
    scores = scores_of(review) if scores is None else scores
    if not scores:
        return None
    newest, sheet = scores[-1], sheets.whole(review.sheet)
    marks = {one.code: one for one in newest.marks.all()}
    first = {one.code: one.mark for one in scores[0].marks.all()}
    brought = scoring.contributions(
        sheet.lines, {code: one.mark for code, one in marks.items()}, percent=newest.percent
    )
    sections = [
        Section(
            part.section.localized_name,
            part.share,
            brought.get(part.section.pk, 0),
            [
                Marked(
                    one.localized_name, one.localized_description, one.weight, one.is_critical, marks[one.code],
                    first[one.code] if first[one.code] != marks[one.code].mark else "",
                )
                for one in part.criteria
            ],
        )
        for part in sheet.parts
    ]  # fmt: skip
    return Told(newest, sections)


def page_of(review: CaseReview) -> str:
    """Where whoever reviews looks at it."""
    return reverse("admin:service_desk_casereview_change", args=[review.pk])


def own_page_of(review: CaseReview) -> str:
    """Where the colleague reads what was seen of his work."""
    return reverse("quality:review", args=[review.pk])


def counted_by_code(code: str, *, rows: QuerySet[CaseReview, Any]) -> tuple[int, int]:
    """How often a criterion failed in these reviews by the scores in force, and in how many it applied."""
    marks = ReviewMark.objects.filter(code=code, score__review__in=rows, score__round=F("score__review__rounds"))
    applied = marks.exclude(mark=scoring.NOT_APPLICABLE)
    found = applied.aggregate(failed=Count("pk", filter=Q(is_failed=True)), of=Count("pk"))
    return found["failed"], found["of"]
