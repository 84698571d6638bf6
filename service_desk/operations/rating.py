"""The member rates how her case was handled (SVC-04, SVC-09 · D6.3, D7.2)."""

from django.db import transaction

from core import clock
from core.refusals import Refusal
from service_desk.models import Case
from service_desk.operations import history, holding, searching
from service_desk.policy.codes import Happening
from service_desk.policy.states import State

SCORES = range(1, 6)
LONGEST_COMMENT = 2_000


@transaction.atomic
def rate(case: Case, *, score: int, comment: str = "") -> Case:
    """SVC-04, SVC-09 · D6.3 — from one to five, once, when the case is resolved. That it is her case the caller knows.

    The same score again changes nothing; another is refused (`case_rated`).
    """
    row = holding.locked_root(case)
    if score not in SCORES:
        raise Refusal("score_unknown", status=422)
    if row.rated_at is not None:
        if row.score == score:
            return row
        raise Refusal("case_rated")
    if row.state not in (State.RESOLVED, State.CLOSED):
        raise Refusal("case_not_resolved")
    row.score, row.rated_at = score, clock.now()
    row.score_comment = holding.clean(comment, longest=LONGEST_COMMENT)
    history.note(row, Happening.RATED, score=score, owner=row.owner_id)
    searching.add(row, row.score_comment)
    holding.save(row)
    holding.tell("service_desk.case.rate", row, by=None, score=score)
    return row
