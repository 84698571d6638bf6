"""SVC-06 · D5.2 — a low score is looked at by somebody: it opens a case."""

from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.policy.questions import SurveyKind


def is_low(kind: SurveyKind, score: int | None, *, parameters: SurveyParameters) -> bool:
    """SVC-06 · D5.2 — satisfaction of at most 2 of 5, recommendation of at most 6 of 10, ease of at most 3 of 7 (parameters).

    Without a score, and in surveys that measure nothing of these, no score is low.
    """
    if score is None:
        return False
    most = {
        SurveyKind.CSAT: parameters.csat_low, SurveyKind.NPS: parameters.nps_low, SurveyKind.CES: parameters.ces_low
    }  # fmt: skip
    return kind in most and score <= most[kind]
