"""The score sheet in force, and a version as the rules need it (SVC-12 · D9)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from service_desk.quality.models import ScoreSheet, SheetCriterion, SheetSection
from service_desk.quality.policy import scoring
from service_desk.quality.policy.scoring import Line


@dataclass(frozen=True)
class Part:
    """A section with its criteria, and its share of the points in whole percent."""

    section: SheetSection
    criteria: list[SheetCriterion]
    share: int


@dataclass(frozen=True)
class Whole:
    """A version with everything on it."""

    sheet: ScoreSheet
    parts: list[Part]

    @property
    def criteria(self) -> list[SheetCriterion]:
        return [one for part in self.parts for one in part.criteria]

    @property
    def lines(self) -> list[Line]:
        return [one.line for one in self.criteria]


def published() -> QuerySet[ScoreSheet]:
    return ScoreSheet.objects.filter(state=ScoreSheet.State.PUBLISHED).order_by("-number")


def in_force() -> ScoreSheet | None:
    """The newest that was published."""
    return published().first()


def whole(sheet: ScoreSheet) -> Whole:
    """A version in two statements."""
    sections = list(sheet.sections.order_by("position"))
    criteria = list(sheet.criteria.order_by("section__position", "position"))
    shares = scoring.shares([one.line for one in criteria])
    parts = [
        Part(section, [one for one in criteria if one.section_id == section.pk], shares.get(section.pk, 0))
        for section in sections
    ]
    return Whole(sheet, parts)


def newest_names() -> dict[str, SheetCriterion]:
    """Code → the criterion on the newest version that has it."""
    rows = SheetCriterion.objects.exclude(sheet__state=ScoreSheet.State.DRAFT).order_by("sheet__number")
    return {one.code: one for one in rows}
