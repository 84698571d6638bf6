"""How much an operation asks of the database: a ceiling for each, so that nothing grows unseen."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Department, User
from members.models import Member
from service_desk.models import Case
from service_desk.operations import handling, merging, presence, tasks, threads
from tests.service_desk.desk import complaint, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories")]


def asked(deed: Callable[[], object]) -> int:
    """Its statements, without the savepoints that only tests make."""
    with CaptureQueriesContext(connection) as seen:
        deed()
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


@pytest.fixture
def case(wanqing: Member, ling: User) -> Case:
    found = complaint(wanqing)
    for place in range(10):
        threads.member_wrote(found, body=f"第 {place} 句", channel="web")
    return found


def test_each_operation_keeps_below_its_ceiling(
    case: Case, wanqing: Member, ling: User, finance_department: Department
) -> None:
    other = complaint(wanqing, body="另一件事")
    counted = {
        "open": asked(lambda: complaint(wanqing, body="第三件事")),
        "member wrote": asked(lambda: threads.member_wrote(fresh(case), body="还有", channel="web")),
        "reply": asked(lambda: threads.reply(fresh(case), body="好", by=ling)),
        "note": asked(lambda: threads.note(fresh(case), body="记", by=ling)),
        "ask": asked(lambda: tasks.ask(fresh(case), department=finance_department, question="?", by=ling)),
        "merge": asked(lambda: merging.merge(fresh(other), into=fresh(case), by=ling)),
        "look": asked(lambda: presence.look(fresh(case), by=ling)),
        "classify": asked(lambda: handling.classify(fresh(case), by=ling, severity="high")),
    }
    ceilings = {
        "open": 40, "member wrote": 22, "reply": 24, "note": 18, "ask": 26, "merge": 42, "look": 6, "classify": 18,
    }  # fmt: skip
    assert {name: count for name, count in counted.items() if count > ceilings[name]} == {}, counted
