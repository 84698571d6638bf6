"""Which target holds for whom in a period (SVC-10 · B11.2): one's own before the post's before everybody's."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_desk.models import KpiTarget
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Period

Scope = tuple[str, int]
EVERYBODY: Scope = ("", 0)


@dataclass(frozen=True)
class Targets:
    """The targets of a kind of subject in a period, as they stood on its first day."""

    rows: dict[tuple[str, Scope], int | None]

    def of(self, kpi: str, whose: int, *, post: int | None = None) -> int | None:
        """The nearest that was set; None where nothing is to be reached, or no longer."""
        for scope in (("own", whose), ("post", post or 0), EVERYBODY):
            if (kpi, scope) in self.rows:
                return self.rows[kpi, scope]
        return None

    def __iter__(self) -> Iterator[str]:
        """The figures that have a target for anybody."""
        return iter({kpi for (kpi, _), value in self.rows.items() if value is not None})


def in_force(kind: Subject, period: Period) -> Targets:
    rows = KpiTarget.objects.filter(kind=kind, span=period.span, starts_on__lte=period.starts_on)
    return Targets({(row.kpi, scope_of(row)): row.value for row in rows.order_by("starts_on", "pk")})


def scope_of(row: KpiTarget) -> Scope:
    """For whom it was set: one subject, a post, or everybody of its kind."""
    own = row.person_id or row.store_id or row.department_id
    if own:
        return ("own", own)
    return ("post", row.post_id) if row.post_id else EVERYBODY
