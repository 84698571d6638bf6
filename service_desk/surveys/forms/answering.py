"""What a browser sends as the answer to a question (SVC-07 · D5.1). The rules judge whether it fits."""

from django.http import QueryDict

from cards.forms.fields import plain
from service_desk.surveys.policy.questions import PASSED_OVER, SCALES, WITH_OPTIONS, Answer, Question

UNFIT = Answer(number=-1)
"""What nobody could have answered: it fits no question."""


def read(question: Question, sent: QueryDict) -> Answer:
    """The answer to this question; what was sent for another kind of question is not looked at."""
    if "pass" in sent:
        return PASSED_OVER
    if question.kind in SCALES:
        return _number(sent.get("value", ""))
    if question.kind in WITH_OPTIONS:
        return Answer(chosen=tuple(code for code in sent.getlist("value") if code))
    return Answer(text=plain(sent.get("value", "")))


def _number(value: str) -> Answer:
    if not value:
        return PASSED_OVER
    return Answer(number=int(value)) if value.isascii() and value.isdigit() and len(value) < 3 else UNFIT
