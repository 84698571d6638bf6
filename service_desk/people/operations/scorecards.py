"""Score-cards written by the night from live data, and closed some days after their period (SVC-10 · B11.2, D8.1)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from core import audit, clock
from core.models import Department, Employment, Store
from service_desk.models import ScoreCard, ScoreFigure
from service_desk.people.policy import kpis
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Period
from service_desk.people.queries import kpis as live
from service_desk.people.queries import targets as agreed

FIGURE = ("value", "basis", "target", "attainment_bps")
Line = dict[str, int | None]


@dataclass(frozen=True)
class Whose:
    """A person, a store or a department, with where it belongs on the day of writing."""

    pk: int
    store: int | None = None
    department: int | None = None
    post: int | None = None


@transaction.atomic
def write(period: Period, kind: Subject, *, on: dt.date, closes: bool = False) -> int:
    """SVC-10 · B11.2 — the cards of everybody of a kind for a period, as the data stand on a day; how many were written.

    A card that is closed is left as it is. With `closes` this is the last time; from then on nothing moves any more.
    """
    lines = _lines(period, kind, on=on)
    cards = _cards(period, kind, lines)
    writable = {whose: card for whose, card in cards.items() if card.closed_at is None}
    _write_figures({card.pk: lines.get(whose, {}) for whose, card in writable.items()})
    where = {one.pk: one for one in _everybody(kind)}
    for whose, card in writable.items():
        place = where.get(whose, Whose(whose))
        card.at_store_id, card.of_department_id = place.store, place.department
        card.total_bps = kpis.total_bps([line["attainment_bps"] for line in lines.get(whose, {}).values()])
        card.written_at = clock.now()
        card.closed_at = clock.now() if closes else None
    fields = ["at_store", "of_department", "total_bps", "written_at", "closed_at"]
    ScoreCard.objects.bulk_update(writable.values(), fields, batch_size=500)
    if closes and writable:
        audit.record(
            "service_desk.scorecards.close",
            subject=f"service_desk.scorecard:{period.starts_on}",
            details={"span": period.span, "starts_on": period.starts_on, "kind": kind, "cards": len(writable)},
        )
    return len(writable)


def _lines(period: Period, kind: Subject, *, on: dt.date) -> dict[int, dict[str, Line]]:
    """Whose → figure → its line: everything that was done, and everything that was to be reached."""
    found = live.figures(kind, period.starts_on, min(period.ends_on, on))
    targets = agreed.in_force(kind, period)
    known = {one.pk: one for one in _everybody(kind)}
    lines: dict[int, dict[str, Line]] = {}
    for whose in sorted(known.keys() | {pk for sums in found.values() for pk in sums}):
        one = known.get(whose, Whose(whose))
        for kpi in kpis.KPIS:
            sum_ = found[kpi.code].get(whose)
            target = targets.of(kpi.code, whose, post=one.post) if whose in known else None
            if sum_ is not None or target is not None:
                lines.setdefault(whose, {})[kpi.code] = _line(kpi, sum_ or kpis.Sum(), target)
    return lines


def _line(kpi: kpis.Kpi, sum_: kpis.Sum, target: int | None) -> Line:
    value = kpis.value(kpi, sum_)
    return {
        "value": value,
        "basis": sum_.basis,
        "target": target,
        "attainment_bps": kpis.attainment_bps(kpi, value, target=target),
    }


def _everybody(kind: Subject) -> Iterable[Whose]:
    """Who is measured: everybody at work, every store, every department."""
    if kind is Subject.STORE:
        return [Whose(pk, store=pk) for pk in Store.objects.values_list("pk", flat=True)]
    if kind is Subject.DEPARTMENT:
        return [Whose(pk, department=pk) for pk in Department.objects.values_list("pk", flat=True)]
    rows = Employment.objects.filter(user__is_staff=True, user__is_active=True)
    return [Whose(*row) for row in rows.values_list("user", "store", "post__department", "post")]


def _cards(period: Period, kind: Subject, lines: Mapping[int, object]) -> dict[int, ScoreCard]:
    """The cards of a period, locked; those that are not there yet are laid."""
    of = {"kind": kind, "span": period.span, "starts_on": period.starts_on}
    column = f"{kind}_id"
    known = set(ScoreCard.objects.filter(**of).values_list(column, flat=True))
    laid = [ScoreCard(**of, **{column: whose}) for whose in lines if whose not in known]
    ScoreCard.objects.bulk_create(laid, ignore_conflicts=True, batch_size=500)
    rows = ScoreCard.objects.select_for_update().filter(**of).order_by("pk")
    return {getattr(row, column): row for row in rows}


def _write_figures(wanted: Mapping[int, Mapping[str, Line]]) -> None:
    """Figures of open cards as they are now; what did not change is not written."""
    changed: list[ScoreFigure] = []
    gone: list[int] = []
    missing = {(card, kpi): line for card, lines in wanted.items() for kpi, line in lines.items()}
    for row in ScoreFigure.objects.filter(card__in=list(wanted)):
        line = missing.pop((row.card_id, row.kpi), None)
        if line is None:
            gone.append(row.pk)
        elif any(getattr(row, name) != line[name] for name in FIGURE):
            _put(row, line)
            changed.append(row)
    ScoreFigure.objects.filter(pk__in=gone).delete()
    ScoreFigure.objects.bulk_update(changed, FIGURE, batch_size=500)
    new = [_put(ScoreFigure(card_id=card, kpi=kpi), line) for (card, kpi), line in missing.items()]
    ScoreFigure.objects.bulk_create(new, batch_size=500)


def _put(row: ScoreFigure, line: Line) -> ScoreFigure:
    for name in FIGURE:
        setattr(row, name, line[name])
    return row
