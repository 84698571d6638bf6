"""The demo shows plans, a drill, an outage with its review, and one that goes on; loading it again changes nothing."""

import pytest

from core.models import Message
from members import demo as people
from service_desk import shipped as desk
from service_desk.incidents import demo
from service_desk.incidents.models import Incident, IncidentCall, IncidentEntry, PlanVersion
from service_desk.quality.models import Task
from tests.service_desk.incidents import crisis

pytestmark = pytest.mark.django_db
TABLES = (Incident, IncidentCall, IncidentEntry, PlanVersion, Task, Message)


def test_the_demo_has_emergencies_of_every_sort() -> None:
    people.load()
    desk.lay()
    crisis.kind()
    demo.load()
    before = [table.objects.count() for table in TABLES]
    demo.load()
    assert [table.objects.count() for table in TABLES] == before
    rows = {one.key: one for one in Incident.objects.all()}
    assert rows["demo:drill"].is_drill
    assert rows["demo:outage"].state == "closed"
    assert rows["demo:outage"].worst == 1
    assert rows["demo:payment"].is_going_on
    assert Task.objects.count() == 1
    assert crisis.broken() == []
