"""Score-cards as they are read: figure by figure against the target, and the months before (SVC-10 · B11.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from core.models import User
from service_desk.models import Objection, ScoreCard, ScoreFigure
from service_desk.people.policy import kpis
from service_desk.people.policy.periods import Period, Span

SUBJECT = ("person", "store", "department")


@dataclass(frozen=True)
class Line:
    """A figure of a card as it stands: corrected where an objection was upheld."""

    figure: ScoreFigure
    kpi: kpis.Kpi
    objection: Objection | None

    @property
    def attainment_bps(self) -> int | None:
        return kpis.attainment_bps(self.kpi, self.figure.stands, target=self.figure.target)

    @property
    def tone(self) -> str:
        """How it stands to its target, in one of the house's tones."""
        reached = self.attainment_bps
        if reached is None:
            return "quiet"
        return "ok" if reached >= kpis.WHOLE_BPS else "warn" if reached >= kpis.NEAR_BPS else "bad"


@dataclass(frozen=True)
class Shown:
    """A card with its lines in the order of the figures; `total_bps` is what stands, corrections included."""

    card: ScoreCard
    lines: list[Line]

    @property
    def total_bps(self) -> int | None:
        return kpis.total_bps([line.attainment_bps for line in self.lines])

    @property
    def period(self) -> Period:
        return Period(self.card.starts_on, Span(self.card.span))


def cards() -> QuerySet[ScoreCard]:
    """Cards with all that a page shows of them."""
    objections = Objection.objects.select_related("decided_by")
    figures = ScoreFigure.objects.select_related("corrected_by").prefetch_related(Prefetch("objections", objections))
    return ScoreCard.objects.select_related(*SUBJECT, "at_store", "of_department").prefetch_related(
        Prefetch("figures", figures)
    )


def shown(card: ScoreCard) -> Shown:
    by_code = {figure.kpi: figure for figure in card.figures.all()}
    found = [
        Line(by_code[kpi.code], kpi, next(iter(by_code[kpi.code].objections.all()), None))
        for kpi in kpis.KPIS
        if kpi.code in by_code
    ]
    return Shown(card, found)


def of_person(user: User, *, span: Span, most: int) -> list[Shown]:
    """Somebody's newest cards, the newest first."""
    rows = cards().filter(kind="person", person=user, span=span).order_by("-starts_on")[:most]
    return [shown(row) for row in rows]


def before(card: ScoreCard, *, most: int) -> list[Shown]:
    """The cards of the same subject up to this one, the newest first."""
    same = {name: getattr(card, f"{name}_id") for name in SUBJECT}
    rows = cards().filter(kind=card.kind, span=card.span, starts_on__lte=card.starts_on, **same)
    return [shown(row) for row in rows.order_by("-starts_on")[:most]]


def unclosed(running: Iterable[Period]) -> list[Period]:
    """Periods that are over and have cards that still move: to be written a last time."""
    rows = ScoreCard.objects.filter(closed_at=None).order_by().values_list("starts_on", "span").distinct()
    return sorted({Period(starts_on, Span(span)) for starts_on, span in rows} - set(running))


def objections(of: User | None = None) -> QuerySet[Objection]:
    """Objections with what they are about."""
    rows = Objection.objects.select_related(
        "person", "decided_by", "spot_check__assessor", "spot_check__standard__post", "figure__card__person"
    )
    return rows if of is None else rows.filter(person=of)


def page_of_objection(row: Objection) -> str:
    """Where the person reads what became of it."""
    if row.spot_check_id:
        return reverse("people:spot_check", args=[row.spot_check_id])
    return reverse("people:scorecard") + (f"?card={row.figure.card_id}" if row.figure else "")


def series(found: Sequence[Shown]) -> list[Shown]:
    """The same in the order of time, for a picture; cards on which nothing had a target are left out."""
    return [one for one in reversed(found) if one.total_bps is not None]
