"""The service desk of the demo: something of everything, by real operations, loaded once."""

import pytest

from core import clock, verify
from core.models import Message
from members import demo as people
from service_desk import demo
from service_desk.models import Case, CaseAttachment, CaseClock, CaseEntry, CaseTask
from service_desk.operations import attachments
from tests.service_desk.policy.calendars import moment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at", ["23 00:05", "23 13:30", "23 23:50"])
def test_the_demo_shows_every_side_of_the_desk_and_loading_it_again_changes_nothing(at: str) -> None:
    with clock.stopped(moment(at)):
        people.load()
        demo.load()
        tables = (Case, CaseEntry, CaseTask, CaseClock, Message)
        before = [table.objects.count() for table in tables]
        demo.load()
        assert [table.objects.count() for table in tables] == before
        states = set(Case.objects.values_list("state", flat=True))
        assert states == {"new", "inside", "merged", "resolved", "waiting", "closed"}
        assert CaseClock.objects.filter(breached_at__isnull=False).exists()
        assert Case.objects.filter(owner__isnull=True).count() == 1
        assert Case.objects.get(score=5).state == "resolved"
        assert attachments.content_of(CaseAttachment.objects.get())[:3] == b"\xff\xd8\xff"
        broken = [
            one.code
            for one in verify.invariants()
            if one.check.__module__.startswith("service_desk.invariants") and verify.look(one).broken
        ]
    assert broken == []
