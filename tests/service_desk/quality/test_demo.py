"""The demo shows a project that six departments work on, and loading it again changes nothing."""

import pytest

from core import clock
from core.models import Message
from members import demo as people
from service_desk.quality import demo, demo_reviews
from service_desk.quality.models import (
    CaseReview,
    Meeting,
    Milestone,
    Project,
    ProjectNote,
    QualityFinding,
    ReviewScore,
    ScoreSheet,
    Task,
)
from service_desk.quality.queries import coordination as rows
from tests.service_desk.quality import office, reviewing

pytestmark = pytest.mark.django_db
TABLES = (Meeting, Milestone, Project, ProjectNote, Task, Message)


def test_the_demo_has_a_project_in_the_middle_of_its_work() -> None:
    people.load()
    demo.load()
    before = [table.objects.count() for table in TABLES]
    demo.load()
    assert [table.objects.count() for table in TABLES] == before
    project = Project.objects.get()
    whole = rows.whole(project, today=clock.today())
    assert (whole.done_tasks, whole.all_tasks) == (3, 8)
    assert {task.state for task in Task.objects.all()} == {"open", "begun", "done", "dropped"}
    assert [line.task.title for line in whole.lines if line.is_late and line.task] == ["海报与文案 Poster and words"]
    assert [note.light for note in whole.notes] == ["at-risk", "on-track"]
    held = Meeting.objects.get()
    assert Task.objects.filter(decision__meeting=held).count() == 2
    assert held.decisions.count() == 3
    manager = demo._person("manager")
    assert rows.late_around(manager).count() == 1
    assert rows.mine(demo._person("service")).count() == 1
    assert office.broken() == []


def test_the_demo_has_reviews_and_a_finding_in_every_state() -> None:
    people.load()
    demo_reviews.load()
    tables = (ScoreSheet, CaseReview, ReviewScore, QualityFinding, Message)
    before = [table.objects.count() for table in tables]
    demo_reviews.load()
    assert [table.objects.count() for table in tables] == before
    stands = {one.standing.value for one in QualityFinding.objects.select_related("task")}
    assert stands >= {"open", "work", "check"}
    assert QualityFinding.objects.filter(verifications__is_effective=False).exists()
    assert set(CaseReview.objects.values_list("passed", flat=True)) == {True, False, None}
    assert CaseReview.objects.filter(drafted_at__isnull=False).count() == 1
    assert reviewing.broken() == []
