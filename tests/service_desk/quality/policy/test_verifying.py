"""How a finding stands, and what a verification needs (SVC-12 · D9)."""

import datetime as dt

import pytest

from core.rules import RuleBroken
from service_desk.quality.policy import verifying
from service_desk.quality.policy.verifying import Standing

DAY = dt.date(2026, 11, 23)
EARLY, LATE = (dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (1, 9))


@pytest.mark.parametrize(
    ("task", "ended_at", "verified_at", "withdrawn", "stands"),
    [
        (None, None, None, False, Standing.OPEN),
        (None, None, None, True, Standing.WITHDRAWN),
        ("open", None, None, False, Standing.WORK),
        ("begun", None, EARLY, False, Standing.WORK),
        ("dropped", EARLY, None, False, Standing.DROPPED),
        ("done", EARLY, None, False, Standing.CHECK),
        ("done", EARLY, LATE, False, Standing.VERIFIED),
        ("done", LATE, EARLY, False, Standing.CHECK),
    ],
)
def test_where_a_finding_stands(task, ended_at, verified_at, withdrawn, stands) -> None:
    found = verifying.standing(task, ended_at=ended_at, verified_at=verified_at, is_withdrawn=withdrawn)
    assert found is stands


def test_only_what_is_done_is_verified_with_words_and_where_it_did_not_help_a_new_deadline() -> None:
    def check(**more: object) -> None:
        usual = {"effective": True, "said": "Seen.", "due_on": None, "today": DAY}
        verifying.check(Standing.CHECK, **(usual | more))  # type: ignore[arg-type]

    check()
    check(effective=False, due_on=DAY)
    for more, code in (
        ({"said": " "}, "reason_needed"),
        ({"effective": False}, "new_deadline_needed"),
        ({"effective": False, "due_on": DAY - dt.timedelta(days=1)}, "new_deadline_needed"),
    ):
        with pytest.raises(RuleBroken, match=code):
            check(**more)
    with pytest.raises(RuleBroken, match="finding_not_so"):
        verifying.check(Standing.WORK, effective=True, said="Seen.", due_on=None, today=DAY)
