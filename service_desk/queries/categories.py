"""The categories of cases, as rules and as choices (SVC-02 · A6.2.2)."""

from core.refusals import Refusal
from service_desk.models import CannedAnswer, CaseCategory
from service_desk.policy.classification import Category


def rules() -> list[Category]:
    """SVC-02 · A6.2.2 — the categories in use as the classification reads them: one query."""
    rows = CaseCategory.objects.filter(is_active=True).order_by("position", "code")
    return [
        Category(
            code=row.code,
            kind=row.kind,
            keywords=tuple(line.strip() for line in row.keywords.splitlines() if line.strip()),
            severity=row.severity,
            complexity=row.complexity,
            position=row.position,
        )
        for row in rows
    ]


def of_code(code: str) -> CaseCategory:
    """SVC-02 · A6.2.2 — the category of this code; refuses one that is unknown or no longer in use."""
    row = CaseCategory.objects.filter(code=code, is_active=True).select_related("skill", "department").first()
    if row is None:
        raise Refusal("category_unknown", status=422)
    return row


def choices(kind: str = "") -> list[CaseCategory]:
    """SVC-02 · A6.2.2 — what can be chosen, of a kind or of all."""
    rows = CaseCategory.objects.filter(is_active=True)
    return list(rows.filter(kind=kind) if kind else rows)


def answers(category: CaseCategory | None) -> list[CannedAnswer]:
    """SVC-01 · A6.2.1 — prepared answers for a category, and those for every one."""
    rows = CannedAnswer.objects.filter(is_active=True)
    general = rows.filter(category__isnull=True)
    return list(general if category is None else (rows.filter(category=category) | general).order_by("code"))
