"""What the forms of the workbench offer: colleagues, departments, categories, prepared answers (SVC-02 · A6.2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import access
from core.models import Department, User
from service_desk.models import CannedAnswer, CaseCategory
from service_desk.queries import agents, categories

HANDLE = agents.HANDLE


@dataclass(frozen=True)
class Choosing:
    """Everybody and everything that can be chosen, read once for all forms of a page."""

    colleagues: Sequence[User]
    departments: Sequence[Department]
    categories: Sequence[CaseCategory]
    answers: Sequence[CannedAnswer] = ()


def choosing(*, answers_for: CaseCategory | None = None, with_answers: bool = False) -> Choosing:
    """SVC-02 · A6.2.2 — three queries, and one for the prepared answers."""
    return Choosing(
        colleagues=list(access.holders(HANDLE).order_by("display_name", "pk")),
        departments=list(Department.objects.order_by("name")),
        categories=categories.choices(),
        answers=categories.answers(answers_for) if with_answers else (),
    )
