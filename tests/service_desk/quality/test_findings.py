"""Findings (SVC-12 · D9): told to the department, put right by its task, verified by somebody else on fresh cases."""

import datetime as dt

import pytest
from django.db import Error, transaction

from core import clock, sweeps, worklists
from core.models import AuditRecord
from service_desk.quality.models import FindingVerification, QualityFinding
from service_desk.quality.operations import findings, reviews, sampling, tasks
from service_desk.quality.policy.verifying import Counted, Standing
from service_desk.quality.queries import findings as rows
from service_desk.quality.queries import review_figures
from service_desk.quality.queries.review_figures import Asked, OfFindings
from tests.service_desk.desk import refused
from tests.service_desk.quality import office
from tests.service_desk.quality import reviewing as room

pytestmark = pytest.mark.django_db


def test_a_finding_is_told_put_right_and_verified_by_somebody_else() -> None:
    head, does, by = room.lead(), room.agent(), room.reviewer()
    found = room.finding(by=by)
    assert (found.standing, office.told(head, "finding.raised"), office.told(head, "finding.raised", "email")) == (
        Standing.OPEN, 1, 1,
    )  # fmt: skip
    assert list(rows.without_measure(by)) == [found]
    found = room.put_right(found, owner=does, by=by)
    assert found.task is not None
    assert (found.standing, found.task.owner, found.task.department) == (Standing.WORK, does, found.department)
    assert office.told(does, "task.assigned") == 1
    with refused("finding_not_so"):
        findings.verify(found, effective=True, said="Seen.", by=head)
    tasks.finish(found.task, proof="Everybody was trained on Monday.", by=does)
    found = QualityFinding.objects.select_related("task").get(pk=found.pk)
    assert found.standing is Standing.CHECK
    assert list(rows.to_verify(by)) == [found]
    does.role_assignments.create(role="quality_reviewer")
    with refused("four_eyes"):
        findings.verify(found, effective=True, said="I did well.", by=type(does).objects.get(pk=does.pk))
    assert AuditRecord.objects.filter(action="core.alert.four_eyes").exists()
    made = findings.verify(found, effective=True, said="Ten calls listened to.", by=by)
    found = QualityFinding.objects.select_related("task").get(pk=found.pk)
    assert (found.standing, made.proof, made.owner) == (Standing.VERIFIED, "Everybody was trained on Monday.", does)
    assert office.told(does, "finding.verified") == 1
    assert room.broken() == []


def test_what_did_not_help_is_done_anew_by_a_new_day_and_its_history_stays() -> None:
    head, does, by = room.lead(), room.agent(), room.reviewer()
    found = room.put_right(room.finding(by=by), owner=does, by=by)
    assert found.task is not None
    tasks.finish(found.task, proof="Told them.", by=does)
    found.task.refresh_from_db()
    with refused("new_deadline_needed"):
        findings.verify(found, effective=False, said="Nothing changed.", by=head)
    with clock.stopped(clock.now() + dt.timedelta(minutes=5)):
        findings.verify(found, effective=False, said="Nothing changed.", due_on=office.day(10), by=head)
    found = QualityFinding.objects.select_related("task").get(pk=found.pk)
    assert found.task is not None
    assert (found.standing, found.task.state, found.task.due_on, found.task.proof) == (
        Standing.WORK, "open", office.day(10), "",
    )  # fmt: skip
    assert (office.told(does, "task.assigned"), office.told(does, "finding.verified")) == (2, 1)
    tasks.finish(found.task, proof="Trained them.", by=does)
    found = QualityFinding.objects.select_related("task").get(pk=found.pk)
    findings.verify(found, effective=True, said="Now it is asked.", by=head)
    assert [one.is_effective for one in found.verifications.all()] == [True, False]
    assert [one.proof for one in found.verifications.all()] == ["Trained them.", "Told them."]
    for change in (lambda: FindingVerification.objects.update(is_effective=True, due_on=None),):
        with pytest.raises(Error), transaction.atomic():
            change()
    assert room.broken() == []


def test_its_owner_is_reminded_before_the_day_and_after_it() -> None:
    does, by, begin = room.agent(), room.reviewer(), clock.now()
    room.put_right(room.finding(by=by), owner=does, by=by)
    reminded = []
    for days in range(12):
        with clock.stopped(begin + dt.timedelta(days=days)):
            before = office.told(does, "task.due")
            sweeps.run("quality.remind_tasks")
            reminded += [days] if office.told(does, "task.due") > before else []
    assert reminded == [4, 8]


def test_a_fresh_sample_shows_the_criterion_before_and_since() -> None:
    room.sheet()
    agent, by = room.agent(), room.reviewer()
    for _ in range(3):
        bad = room.handed_in(agent, by=by, identity="no")
    with clock.stopped(clock.now() + dt.timedelta(hours=1)):
        good = room.handed_in(agent, by=by)
        found = room.finding(by=by, code="tone")
        assert rows.compared(found).before == Counted(0, 4)
    found = QualityFinding.objects.get(review=bad)
    assert rows.compared(found).before == Counted(3, 3)  # the fourth was handed in after it
    assert good.pk
    later = clock.now() + dt.timedelta(days=5)
    with refused("finding_not_so"):
        sampling.draw_again(found, count=2, by=by)
    with clock.stopped(later):
        found = room.put_right(found, owner=agent, by=by)
        assert found.task is not None
        tasks.finish(found.task, proof="Trained.", by=agent)
    with clock.stopped(later + dt.timedelta(hours=1)):
        found = QualityFinding.objects.select_related("task").get(pk=found.pk)
        with refused("nothing_to_draw"):
            sampling.draw_again(found, count=2, by=by)
        cases = [room.closed(agent) for _ in range(4)]
        sample = sampling.draw_again(found, count=2, by=by)
        assert (sample.population, sample.drawn, sample.week_starts_on) == (4, 2, None)
        assert set(sample.reviews.values_list("case", flat=True)) <= {case.pk for case in cases}
        for review in sample.reviews.all():
            assert review.reviewer is not None
            reviews.hand_in(review, room.marking(), by=review.reviewer)
        assert (rows.compared(found).before, rows.compared(found).after) == (Counted(3, 3), Counted(0, 2))
        made = findings.verify(found, effective=True, said="Two of two asked.", by=room.lead())
        assert (made.before_failed, made.before_of, made.after_failed, made.after_of) == (3, 3, 0, 2)
    assert room.broken() == []


def test_a_finding_that_is_none_is_withdrawn_while_there_is_no_measure() -> None:
    by, does = room.reviewer(), room.agent()
    none, some = room.finding(by=by), room.finding(by=by, title="Another")
    assert findings.withdraw(none, reason="A mistake of mine.", by=by).standing is Standing.WITHDRAWN
    room.put_right(some, owner=does, by=by)
    with refused("finding_not_so"):
        findings.withdraw(some, reason="No.", by=by)
    with refused("finding_not_so"):
        room.put_right(none, owner=does, by=by)


def test_a_measure_that_was_given_up_says_so() -> None:
    by, does = room.reviewer(), room.agent()
    found = room.put_right(room.finding(by=by), owner=does, by=by)
    assert found.task is not None
    tasks.drop(found.task, reason="Too dear.", by=does)
    found = QualityFinding.objects.select_related("task").get(pk=found.pk)
    assert found.standing is Standing.DROPPED
    assert list(QualityFinding.objects.standing("dropped")) == [found]


@pytest.mark.parametrize("word", [one.value for one in Standing])
def test_lists_and_rows_agree_on_how_a_finding_stands(word: str) -> None:
    by, does = room.reviewer(), room.agent()
    room.finding(by=by, title="open")
    findings.withdraw(room.finding(by=by, title="withdrawn"), reason="None.", by=by)
    for title in ("work", "check", "verified", "dropped"):
        found = room.put_right(room.finding(by=by, title=title), owner=does, by=by)
        assert found.task is not None
        if title in {"check", "verified"}:
            tasks.finish(found.task, proof="Done.", by=does)
        if title == "dropped":
            tasks.drop(found.task, reason="No.", by=does)
        if title == "verified":
            row = QualityFinding.objects.select_related("task").get(pk=found.pk)
            findings.verify(row, effective=True, said="Seen.", by=by)
    listed = list(QualityFinding.objects.standing(word).select_related("task"))
    assert [one.title for one in listed] == [word]
    assert all(one.standing == word for one in listed)


def test_who_sees_which_findings_and_who_may_enter_one() -> None:
    head, works, by = room.lead(), office.colleague("service"), room.reviewer()
    stranger, auditor = office.colleague("printing"), office.colleague("", "auditor")
    found = room.finding(by=by)
    for user, sees in ((head, True), (works, True), (by, True), (auditor, True), (stranger, False)):
        assert rows.visible_to(user).filter(pk=found.pk).exists() is sees
    with refused("not_permitted"):
        room.finding(by=stranger)
    done = room.handed_in(by=by, tone="no")
    room.finding(by=by, of=done, code="tone")
    with refused("found_already"):
        room.finding(by=by, of=done, code="tone")


def test_what_waits_is_on_the_worklists_of_whoever_may() -> None:
    by, does = room.reviewer(), room.agent()
    found = room.put_right(room.finding(by=by), owner=does, by=by)
    assert found.task is not None
    tasks.finish(found.task, proof="Done.", by=does)
    room.finding(by=by, title="Another")
    waiting = {one.worklist.code: one.count for one in worklists.waiting_for(by)}
    assert (waiting["findings.open"], waiting["findings.verify"]) == (1, 1)
    assert "findings.open" not in {one.worklist.code for one in worklists.waiting_for(does)}


def test_figures_of_a_time_are_of_whom_the_viewer_may_see() -> None:
    head, agent, by = room.lead(), room.agent(), room.reviewer()
    room.handed_in(agent, by=by, tone="no")
    room.handed_in(agent, by=by)
    room.handed_in(office.colleague("elsewhere", "member_service"), by=by, identity="no")
    today = clock.today()
    told = review_figures.of(head, Asked(first=today, last=today))
    assert told.whole.reviews == 2
    assert told.whole.mean is not None
    assert told.whole.passed is not None
    assert (told.whole.mean.value, told.whole.passed.value) == (81.0, 0.5)
    assert 0.09 < told.whole.passed.low < 0.1
    assert [(one.code, one.failed, one.of) for one in told.failing] == [("tone", 1, 2)]
    everything = review_figures.of(by, Asked(first=today, last=today))
    assert (everything.whole.reviews, len(everything.agents), len(everything.departments)) == (3, 2, 2)
    assert everything.findings == OfFindings(1, 1, 0, 0, 0, 0)
    assert review_figures.of(by, Asked(first=today, last=today, agent=agent.pk)).whole.reviews == 2
    assert review_figures.of(by, Asked(first=today, last=today, by_chance=True)).whole.reviews == 0
