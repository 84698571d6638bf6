"""Reviews of cases (SVC-12 · D9): the sheet, the draw, the score, the objection — and who may do what."""

import datetime as dt
import itertools

import pytest
from django.db import Error, connection, transaction

from core import approvals, clock, sweeps, worklists
from core.models import Approval, AuditRecord, JobRun, Message
from service_desk.models import Case
from service_desk.operations import handling, threads
from service_desk.people.policy.kpis import Subject, Sum
from service_desk.people.queries import kpis
from service_desk.quality.models import CaseReview, ReviewMark, ReviewSample, ReviewScore, ScoreSheet, SheetCriterion
from service_desk.quality.operations import review_objections, reviews, sampling, sheets
from service_desk.quality.policy import sampling as rule
from service_desk.quality.queries import reviews as rows
from service_desk.quality.queries import sampling as drawn
from service_desk.quality.queries import sheets as written
from tests.service_desk.desk import refused
from tests.service_desk.quality import office
from tests.service_desk.quality import reviewing as room

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


# the sheet


def test_a_sheet_is_published_by_somebody_else_than_its_author() -> None:
    author, other = room.lead(), room.director()
    draft = sheets.write(sheets.begin(by=author), room.parts(), note="First.", by=author)
    assert sheets.begin(by=author) == draft
    assert written.in_force() is None
    asked = sheets.submit(draft, reason="It is time.", by=author)
    with refused("score_sheet_is_frozen"):
        sheets.write(draft, room.parts(), note="", by=author)
    with refused("four_eyes"):
        approvals.approve(asked, by=author)
    approvals.approve(asked, by=other)
    draft.refresh_from_db()
    assert (written.in_force(), draft.published_by, draft.number) == (draft, other, 1)
    assert AuditRecord.objects.filter(action="service_desk.score_sheet.publish").count() == 1


def test_whoever_wrote_it_does_not_publish_it_even_when_another_asked() -> None:
    author, asker = room.director(), room.lead()
    author.role_assignments.create(role="service_lead")
    draft = sheets.write(sheets.begin(by=author), room.parts(), note="", by=author)
    asked = sheets.submit(draft, reason="He asked me to.", by=asker)
    with refused("four_eyes"):
        approvals.approve(asked, by=author)
    assert ScoreSheet.objects.get().state == "asked"
    assert Approval.objects.get().state == "pending"


def test_what_is_rejected_is_a_draft_again() -> None:
    author = room.lead()
    draft = sheets.write(sheets.begin(by=author), room.parts(), note="", by=author)
    approvals.reject(sheets.submit(draft, reason="Now.", by=author), by=room.director(), reason="Too strict.")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_next_version_begins_with_what_is_in_force_and_keeps_its_codes() -> None:
    first = room.sheet()
    second = sheets.begin(by=room.lead())
    assert (second.number, second.state) == (2, "draft")
    assert [one.code for one in written.whole(second).criteria] == list(room.CODES)
    more = [sheets.Part({"name": "New"}, [room.criterion("", name="Speed")])]
    sheets.write(second, more, note="Speed alone.", by=second.author)
    code = second.criteria.get().code
    assert code
    assert code not in room.CODES
    assert written.in_force() == first


def test_a_published_sheet_is_frozen_by_the_database() -> None:
    sheet = room.sheet()
    for change in (
        lambda: ScoreSheet.objects.filter(pk=sheet.pk).update(note="Other."),
        lambda: SheetCriterion.objects.filter(sheet=sheet).update(weight=99),
        lambda: SheetCriterion.objects.filter(sheet=sheet).delete(),
        lambda: SheetCriterion.objects.create(
            sheet=sheet, section=sheet.sections.earliest("pk"), code="later", position=99, name="Later"
        ),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


# the draw


def test_a_week_is_drawn_once_and_the_draw_can_be_checked() -> None:
    room.sheet()
    one, two = room.agent(), room.agent()
    with clock.stopped(clock.now() - WEEK):
        cases = [room.closed(who) for who in (one, one, one, two)]
        week = rule.week_of(clock.today())
    sees = [room.reviewer(), room.reviewer()]
    assert sweeps.run("quality.draw_reviews").done == 1
    sample = ReviewSample.objects.get()
    assert (sample.week_starts_on, sample.population, len(sample.seed)) == (week, 4, 32)
    assert sample.rule["share_bps"] == 300
    assert {review.agent for review in sample.reviews.all()} == {one, two}
    assert set(sample.reviews.values_list("case", flat=True)) <= {case.pk for case in cases}
    assert list(sample.reviews.values_list("case", flat=True).order_by("case")) == drawn.drawn_again(sample)
    assert room.broken() == []
    assert sweeps.run("quality.draw_reviews").done == 0
    assert sampling.draw_week(week) == sample
    given = sample.reviews.values_list("reviewer", flat=True)
    assert Message.objects.filter(event="review.given").count() == len(set(given))
    assert set(given) <= {person.pk for person in (*sees, *rows.reviewers())}


def test_a_missed_week_is_caught_up_and_nothing_is_drawn_without_a_sheet() -> None:
    assert sweeps.run("quality.draw_reviews").done == 0
    room.sheet()
    begin = clock.now()
    sweeps.run("quality.draw_reviews")
    with clock.stopped(begin + 3 * WEEK):
        assert sweeps.run("quality.draw_reviews").state == JobRun.State.DONE
        weeks = [one.week_starts_on or begin.date() for one in ReviewSample.objects.order_by("pk")]
    assert len(weeks) == 4
    assert [late - early for early, late in itertools.pairwise(weeks)] == [WEEK] * 3


def test_an_altered_sample_shows() -> None:
    room.sheet()
    with clock.stopped(clock.now() - WEEK):
        case, other = room.closed(room.agent()), room.closed(room.agent())
    sweeps.run("quality.draw_reviews")
    review = CaseReview.objects.get(case=case)
    review.delete()
    assert any("not what its seed draws" in said for said in room.broken())
    assert CaseReview.objects.filter(case=other).exists()


def test_nobody_is_given_a_case_that_he_worked_on() -> None:
    room.sheet()
    both = room.lead()
    only = room.reviewer()
    with clock.stopped(clock.now() - WEEK):
        mine = room.closed(both)
        noted = room.closed(room.agent())
        threads.note(noted, body="I looked into it.", by=both)
        assigned = room.closed(room.agent())
        handling.reopen(assigned, reason="Once more.", by=both)
        handling.assign(assigned, to=room.agent(), by=both)
        handling.resolve(Case.objects.get(pk=assigned.pk), by=both, resolution="Done.", tell=False)
        handling.close(Case.objects.get(pk=assigned.pk), by=both)
    for one in rows.reviewers():
        if one not in (both, only):
            sampling.be_on_duty(one, on=False, by=both)
    sweeps.run("quality.draw_reviews")
    assert {row.reviewer for row in CaseReview.objects.filter(case__in=[mine, noted, assigned])} == {only}
    assert both.pk in rows.workers([assigned.pk])[assigned.pk]


def test_whoever_is_away_is_given_nothing_and_what_nobody_may_review_waits() -> None:
    room.sheet()
    away = room.reviewer()
    for one in rows.reviewers():
        sampling.be_on_duty(one, on=False, by=one)
    with clock.stopped(clock.now() - WEEK):
        case = room.closed(room.agent())
    sweeps.run("quality.draw_reviews")
    review = CaseReview.objects.get(case=case)
    assert review.reviewer is None
    assert list(rows.nobodys(away)) == [review]
    assert reviews.take(review, by=away).reviewer == away
    assert reviews.take(review, by=away).reviewer == away
    with refused("review_is_taken"):
        reviews.take(review, by=room.reviewer())


def test_a_rated_low_and_a_critical_case_are_taken_whole() -> None:
    room.sheet()
    agent = room.agent()
    with clock.stopped(clock.now() - WEEK):
        cases = [room.closed(agent) for _ in range(8)]
    Case.objects.filter(pk=cases[0].pk).update(severity="critical")
    Case.objects.filter(pk=cases[1].pk).update(score=2, rated_at=clock.now())
    Case.objects.filter(pk=cases[2].pk).update(score=3, rated_at=clock.now())
    sample = sampling.draw_week(rule.week_of(clock.today() - WEEK), seed="seven")
    why = dict(sample.reviews.values_list("case", "reason"))
    assert len(why) <= 3
    assert {cases[0].pk, cases[1].pk} <= set(why)
    assert sample.frame[0] == [cases[0].pk, agent.pk, 1, 0, 0]


def test_a_case_is_reviewed_by_hand_for_a_reason() -> None:
    room.sheet()
    asks, agent = room.lead(), room.agent()
    case = room.closed(agent)
    with refused("reason_needed"):
        sampling.add(case, reason=" ", by=asks)
    made = sampling.add(case, reason="The member wrote to the director.", by=asks)
    assert (made.agent, made.reason, made.sample) == (agent, "by-hand", None)
    with refused("case_under_review"):
        sampling.add(case, reason="Again.", by=asks)
    with refused("not_permitted"):
        sampling.add(room.closed(agent), reason="Why not.", by=agent)


# the review


def test_a_review_is_drafted_handed_in_and_told() -> None:
    agent, by = room.agent(), room.reviewer()
    review = room.review(agent, by=by)
    reviews.keep(review, reviews.Marking({"tone": "no"}, {}, "So far."), by=by)
    review.refresh_from_db()
    assert reviews.Marking.from_json(review.draft).marks == {"tone": "no"}
    assert not ReviewScore.objects.exists()
    with refused("review_not_filled"):
        reviews.hand_in(review, reviews.Marking({"tone": "no"}), by=by)
    done = reviews.hand_in(review, room.marking(answer="2", comment="Kind and clear."), by=by)
    assert (done.state, done.score, done.passed, done.draft) == ("done", 83, True, "")
    assert office.told(agent, "review.done") == 1
    assert list(rows.unread(agent)) == [done]
    assert {one.code: one.mark for one in ReviewMark.objects.all()}["answer"] == "2"
    assert reviews.hand_in(review, room.marking(answer="2"), by=by).rounds == 1
    with refused("review_handed_in"):
        reviews.hand_in(review, room.marking(answer="3"), by=by)
    assert room.broken() == []


def test_only_its_reviewer_hands_it_in_and_not_once_he_came_to_work_on_the_case() -> None:
    by = room.reviewer()
    review = room.review(by=by)
    with refused("review_is_anothers"):
        reviews.hand_in(review, room.marking(), by=room.reviewer())
    with refused("not_permitted"):
        reviews.hand_in(review, room.marking(), by=review.agent)
    handling.reopen(review.case, reason="Once more.", by=room.lead())
    by.role_assignments.create(role="member_service")
    threads.note(Case.objects.get(pk=review.case_id), body="I helped.", by=type(by).objects.get(pk=by.pk))
    with refused("reviewer_worked_on_it"):
        reviews.hand_in(review, room.marking(), by=by)


def test_what_failed_critically_is_a_finding_of_the_department_at_once() -> None:
    head, agent = room.lead(), room.agent()
    done = room.handed_in(agent, identity="no")
    assert (done.score, done.passed) == (87, False)
    found = done.findings.get()
    assert (found.severity, found.code, found.department) == ("critical", "identity", agent.employment.post.department)
    assert found.text == "identity was missing."
    assert office.told(head, "finding.raised") == 1


def test_a_review_goes_to_another_reviewer_with_an_empty_sheet() -> None:
    manager, first, second = room.lead(), room.reviewer(), room.reviewer()
    review = room.review(by=first)
    reviews.keep(review, room.marking(), by=first)
    moved = reviews.assign(review, to=second, by=manager)
    assert (moved.reviewer, moved.draft) == (second, "")
    assert office.told(second, "review.given") == 1
    with refused("review_is_anothers"):
        reviews.hand_in(review, room.marking(), by=first)
    with refused("not_a_reviewer"):
        reviews.assign(review, to=office.colleague("stores"), by=manager)
    with refused("reviewer_worked_on_it"):
        review.agent.role_assignments.create(role="quality_reviewer")
        reviews.assign(review, to=type(first).objects.get(pk=review.agent_id), by=manager)


def test_what_was_scored_stays_by_the_database() -> None:
    done = room.handed_in()
    for change in (
        lambda: ReviewScore.objects.update(percent=1),
        lambda: ReviewMark.objects.filter(score__review=done).update(mark="na"),
        lambda: CaseReview.objects.filter(pk=done.pk).update(agent=done.reviewer_id),
        lambda: CaseReview.objects.filter(pk=done.pk).update(reviewer=done.agent_id),
        lambda: CaseReview.objects.filter(pk=done.pk).delete(),
        lambda: ReviewSample.objects.create(
            week_starts_on=clock.today(), sheet=done.sheet, seed="a", population=1, drawn=2
        ),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()
    assert connection.vendor in {"sqlite", "postgresql"}


# the objection


def test_a_colleague_objects_once_and_another_marks_it_anew() -> None:
    head, agent, by = room.lead(), room.agent(), room.reviewer()
    done = room.handed_in(agent, by=by, tone="no")
    assert (done.score, done.passed) == (62, False)
    with refused("not_permitted"):
        review_objections.object_to(done, words="He was fine.", by=by)
    objection = review_objections.object_to(done, words="I greeted her.", by=agent)
    with refused("objected_already"):
        review_objections.object_to(done, words="Again.", by=agent)
    assert list(rows.objections(head)) == [objection]
    for party in (by, agent):
        with refused("not_permitted"):
            review_objections.decide(objection, room.marking(), answer="No.", by=party)
    with refused("reason_needed"):
        review_objections.decide(objection, room.marking(), answer=" ", by=head)
    decided = review_objections.decide(objection, room.marking(), answer="You did.", by=head)
    assert (decided.score, decided.passed, decided.rounds) == (100, True, 2)
    assert room.marks_of(decided, 1)["tone"] == "no"
    assert room.marks_of(decided, 2)["tone"] == "yes"
    assert [score.percent for score in decided.scores.all()] == [62, 100]
    assert (office.told(agent, "review.decided"), office.told(by, "review.decided")) == (1, 1)
    with refused("already_decided"):
        review_objections.decide(objection, room.marking(), answer="Once more.", by=head)
    assert list(rows.objections(head)) == []
    assert room.broken() == []


def test_the_same_marks_leave_the_score_and_the_objection_is_not_upheld() -> None:
    head, agent = room.lead(), room.agent()
    done = room.handed_in(agent, tone="no")
    objection = review_objections.object_to(done, words="I greeted her.", by=agent)
    decided = review_objections.decide(objection, room.marking(tone="no"), answer="The thread says no.", by=head)
    objection.refresh_from_db()
    assert (decided.score, decided.rounds, objection.upheld) == (62, 1, False)


def test_whoever_reviewed_it_does_not_decide_the_objection_and_that_is_told() -> None:
    by, agent = room.lead(), room.agent()
    objection = review_objections.object_to(room.handed_in(agent, by=by, tone="no"), words="No.", by=agent)
    with refused("four_eyes"):
        review_objections.decide(objection, room.marking(), answer="Well.", by=by)
    assert AuditRecord.objects.filter(action="core.alert.four_eyes").exists()
    other = office.colleague("elsewhere", "service_lead")
    with refused("not_permitted"):
        review_objections.decide(objection, room.marking(), answer="Well.", by=other)


def test_one_may_object_for_some_days() -> None:
    agent = room.agent()
    done = room.handed_in(agent)
    last = review_objections.last_day(done)
    assert last == clock.today() + dt.timedelta(days=14)
    with clock.stopped(clock.now() + dt.timedelta(days=15)), refused("objection_too_late"):
        review_objections.object_to(done, words="Late.", by=agent)


# who sees what


def test_who_sees_which_reviews() -> None:
    head, agent, by = room.lead(), room.agent(), room.reviewer()
    done = room.handed_in(agent, by=by)
    elsewhere = office.colleague("elsewhere", "department_head")
    stranger, auditor = room.agent(), office.colleague("", "auditor")
    for user, sees in (
        (head, True),
        (by, True),
        (auditor, True),
        (elsewhere, False),
        (stranger, False),
        (agent, False),
    ):
        assert rows.visible_to(user).filter(pk=done.pk).exists() is sees
    assert list(rows.own(agent)) == [done]
    assert list(rows.own(stranger)) == []
    review_objections.see(done, user=head)
    assert list(rows.unread(agent)) == [done]
    review_objections.see(done, user=agent)
    assert list(rows.unread(agent)) == []


def test_what_waits_is_on_the_worklists() -> None:
    agent, by = room.agent(), room.reviewer()
    room.review(agent, by=by)
    waiting = {one.worklist.code: one.count for one in worklists.waiting_for(by)}
    assert (waiting["reviews.mine"], waiting["reviews.late"]) == (1, 0)
    with clock.stopped(clock.now() + dt.timedelta(days=8)):
        waiting = {one.worklist.code: one.count for one in worklists.waiting_for(by)}
    assert waiting["reviews.late"] == 1
    assert "reviews.mine" not in {one.worklist.code for one in worklists.waiting_for(agent)}


def test_the_mean_of_what_was_drawn_by_lot_is_a_figure_of_the_score_card() -> None:
    agent, today = room.agent(), clock.today()
    by_hand = room.handed_in(agent, tone="no")
    assert by_hand.reason == "by-hand"
    assert kpis.figures(Subject.PERSON, today, today, only=["reviews"]) == {"reviews": {}}
    with clock.stopped(clock.now() - WEEK):
        room.closed(agent)
    sample = sampling.draw_week(rule.week_of(today - WEEK), seed="s")
    review = sample.reviews.get()
    assert review.reviewer is not None
    reviews.hand_in(review, room.marking(answer="2"), by=review.reviewer)
    assert kpis.figures(Subject.PERSON, today, today, only=["reviews"])["reviews"] == {agent.pk: Sum(8_300, 1)}
