"""How far somebody has come with a survey (SVC-07 · D5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from core import clock
from service_desk.surveys.models import SurveyInvitation
from service_desk.surveys.policy import routing
from service_desk.surveys.policy.questions import PASSED_OVER, Answer
from service_desk.surveys.queries import questionnaires
from service_desk.surveys.queries.questionnaires import Form


@dataclass(frozen=True)
class At:
    """The question on the screen: its code, which it is, of how many at most, the one before, what was answered to it."""

    code: str
    number: int
    of: int
    before: str
    given: Answer

    @property
    def done(self) -> int:
        return self.number - 1

    @property
    def is_last(self) -> bool:
        return self.number == self.of


def of(invitation: SurveyInvitation, form: Form, *, wanted: str = "") -> At:
    """Where an invitation stands. One query."""
    return at(form, questionnaires.answers_of(form, invitation.drafts.all()), wanted=wanted)


def at(form: Form, given: Mapping[str, Answer], *, wanted: str = "") -> At:
    """The first question without an answer, or an earlier one on the way that is wanted.

    What may still come is counted at most: every question behind it that the answers so far do not hide.
    """
    way = [one.code for one in routing.way(form.rules, given)]
    place = next((n for n, code in enumerate(way) if code == wanted or code not in given), len(way) - 1)
    code, before = way[place], way[place - 1] if place else ""
    return At(code, place + 1, len(way), before, given.get(code, PASSED_OVER))


def has_ended(invitation: SurveyInvitation) -> bool:
    """Whether the link can no longer be answered."""
    return invitation.closed_at is not None or invitation.expires_at <= clock.now()
