"""Prepared answers, filled for the case at hand and in the member's language (SVC-01 · A6.2.1)."""

from dataclasses import dataclass

from core.models import User
from service_desk.models import CannedAnswer, Case
from service_desk.queries import categories


@dataclass(frozen=True)
class Filled:
    """An answer as it would be sent: its name for the agent, its text for the member."""

    code: str
    name: str
    text: str


def for_case(case: Case, *, by: User) -> list[Filled]:
    """SVC-01 · A6.2.1 — the answers for the category of a case, and those for every one. One query."""
    return [Filled(row.code, row.worded("name"), fill(row, case, by=by)) for row in categories.answers(case.category)]


def fill(answer: CannedAnswer, case: Case, *, by: User) -> str:
    """SVC-01 · A6.2.1 — `{member}`, `{case}` and `{agent}` become what they name; every other brace stays as it is."""
    language = (case.member.language if case.member else "") or case.language or None
    text = answer.worded("body", language)
    name = case.member.name if case.member else case.contact_name
    for place, value in (("{case}", case.number), ("{agent}", str(by)), ("{member}", name)):
        text = text.replace(place, value)
    return text
