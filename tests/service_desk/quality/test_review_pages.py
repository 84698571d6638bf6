"""The pages of quality monitoring: marking beside the case, drafts, one's own reviews, findings, sheets, figures (SVC-12)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import AuditRecord, User
from service_desk.quality.models import CaseReview, QualityFinding, Reviewer, ReviewSample, ScoreSheet, SheetCriterion
from service_desk.quality.operations import findings, review_objections, reviews, sampling, tasks
from service_desk.quality.policy import sampling as rule
from tests.service_desk.quality import office
from tests.service_desk.quality import reviewing as room
from tests.service_desk.quality.test_pages import as_, at, page

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def typed(review: CaseReview, comment: str = "", **marks: str) -> dict[str, str]:
    """What a browser sends of a sheet."""
    given = room.marking(comment, **marks)
    criteria = {one.code: one.pk for one in SheetCriterion.objects.filter(sheet=review.sheet)}
    found = {f"mark_{criteria[code]}": mark for code, mark in given.marks.items()}
    return found | {f"remark_{criteria[code]}": text for code, text in given.remarks.items()} | {"comment": comment}


def post(user: User, address: str, data: Any, status: int) -> str:
    answer = as_(user).post(address, data, headers=ENGLISH)
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return str(answer.content.decode())


def test_a_case_is_marked_beside_its_thread_and_what_is_typed_is_never_lost() -> None:
    by = room.reviewer()
    review = room.review(by=by)
    here = at("casereview_change", review.pk)
    shown = page(by, "casereview_change", review.pk)
    assert "When do you open on Sundays?" in shown
    assert AuditRecord.objects.filter(action="service_desk.case.look", actor=by).exists()
    missing = typed(review, "Well done.", tone="no")
    del missing[f"remark_{SheetCriterion.objects.get(code='tone', sheet=review.sheet).pk}"]
    said = post(by, here, missing, 422)
    assert "Say what was missing." in said
    assert "Well done." in said
    review.refresh_from_db()
    assert reviews.Marking.from_json(review.draft).comment == "Well done."
    assert 'value="no" id="id_mark_' in page(by, "casereview_change", review.pk)
    assert "Draft kept" in post(by, at("casereview_keep", review.pk), typed(review, "Better.", tone="no"), 200)
    post(by, here, typed(review, "Kept.") | {"keep": "1"}, 302)
    post(by, here, typed(review, "Fine.", tone="no") | {"hand_in": "1"}, 302)
    review.refresh_from_db()
    assert (review.score, review.passed) == (62, False)
    done = page(by, "casereview_change", review.pk)
    assert "62 %" in done
    assert "tone was missing." in done
    assert "Make it a finding" in done


def test_somebody_else_s_sheet_is_read_only_and_a_colleague_sees_nothing_of_his_own_here() -> None:
    by, agent, manager = room.reviewer(), room.agent(), room.lead()
    review = room.review(agent, by=by)
    assert "Keep as a draft" not in page(manager, "casereview_change", review.pk)
    page(agent, "casereview_change", review.pk, status=404)
    post(manager, at("casereview_change", review.pk), typed(review), 200)
    review.refresh_from_db()
    assert review.state == "open"
    post(by, at("casereview_assign", review.pk), {"to": manager.pk}, 403)
    post(manager, at("casereview_assign", review.pk), {"to": manager.pk}, 302)
    review.refresh_from_db()
    assert review.reviewer == manager
    assert "mine to review" in page(manager, "casereview_changelist", whose="mine")


def test_whoever_may_not_look_at_cases_reads_the_score_and_not_the_thread() -> None:
    agent = room.agent()
    review = room.handed_in(agent)
    head = office.colleague("service", "department_head")
    office.department("service").__class__.objects.filter(code="service").update(director=head)
    shown = page(head, "casereview_change", review.pk)
    assert "When do you open on Sundays?" not in shown
    assert "is shown to those who work with cases" in shown
    assert "100 %" in shown


def test_one_s_own_reviews_are_read_and_objected_to_at_work() -> None:
    agent, other = room.agent(), room.agent()
    review = room.handed_in(agent, tone="no")
    client = as_(agent)
    home = client.get(reverse("quality:reviews"), headers=ENGLISH).content.decode()
    assert review.case.number in home
    assert "not read yet" in home
    here = reverse("quality:review", args=[review.pk])
    shown = client.get(here, headers=ENGLISH).content.decode()
    assert "tone was missing." in shown
    assert as_(other).get(here).status_code == 404
    review.refresh_from_db()
    assert review.seen_at is not None
    client.post(here, {"words": "I greeted her."})
    client.post(here, {"words": "Twice."})
    review.refresh_from_db()
    assert review.objection.words == "I greeted her."
    assert "Your objection" in client.get(here, headers=ENGLISH).content.decode()


def test_an_objection_is_decided_on_the_sheet_itself() -> None:
    head, agent, by = room.lead(), room.agent(), room.reviewer()
    review = room.handed_in(agent, by=by, tone="no")
    review_objections.object_to(review, words="I greeted her.", by=agent)
    here = at("casereview_decide", review.pk)
    assert as_(by).get(here).status_code == 403
    assert "Mark the case as you find it." in page(head, "casereview_decide", review.pk)
    assert "field-error" in post(head, here, typed(review), 422)
    post(head, here, typed(review) | {"answer": "You did."}, 302)
    review.refresh_from_db()
    assert (review.score, review.rounds) == (100, 2)
    shown = page(head, "casereview_change", review.pk)
    assert "First scored 62 %" in shown
    assert "at first" in shown


def test_a_case_is_chosen_by_its_number() -> None:
    room.sheet()
    manager = room.lead()
    case = room.closed(room.agent())
    assert "There is no such case." in post(manager, at("casereview_add"), {"case": "C0", "reason": "Why."}, 422)
    post(manager, at("casereview_add"), {"case": case.number.lower(), "reason": "The member wrote again."}, 302)
    assert CaseReview.objects.get().note == "The member wrote again."


def test_a_sheet_is_written_published_by_another_and_read() -> None:
    author, other = room.lead(), room.director()
    client = as_(author)
    assert client.get(at("scoresheet_add")).status_code == 200
    assert not ScoreSheet.objects.exists()
    client.post(at("scoresheet_add"))
    draft = ScoreSheet.objects.get()
    form = {
        "note": "First", "section-TOTAL_FORMS": "2", "section-INITIAL_FORMS": "0", "section-0-name": "Accuracy",
        "section-1-name": "", "criterion-TOTAL_FORMS": "3", "criterion-INITIAL_FORMS": "0",
        "criterion-0-name": "Right", "criterion-0-section": "1", "criterion-0-weight": "20", "criterion-0-scale": "0-3",
        "criterion-1-name": "Kind", "criterion-1-section": "1", "criterion-1-weight": "10",
        "criterion-1-scale": "yes-no", "criterion-1-is_critical": "on", "criterion-2-name": "",
        "criterion-2-section": "1", "criterion-2-weight": "10", "criterion-2-scale": "yes-no",
    }  # fmt: skip
    here = at("scoresheet_change", draft.pk)
    said = post(author, here, form | {"criterion-1-section": "2"}, 422)
    assert "This section has no name." in said
    post(author, here, form, 302)
    assert [(one.name, one.weight, one.is_critical) for one in draft.criteria.all()] == [
        ("Right", 20, False), ("Kind", 10, True),
    ]  # fmt: skip
    post(author, at("scoresheet_submit", draft.pk), {"reason": "It is time."}, 302)
    draft.refresh_from_db()
    assert draft.state == "asked"
    shown = page(other, "scoresheet_change", draft.pk)
    assert "Right" in shown
    assert "Keep the draft" not in shown
    assert as_(author).post(here, form).status_code == 404


def test_a_finding_goes_from_the_review_to_its_verification() -> None:
    by, does = room.reviewer(), room.agent()
    review = room.handed_in(by=by, tone="no")
    address = at("qualityfinding_add") + f"?review={review.pk}&code=tone"
    shown = as_(by).get(address, headers=ENGLISH).content.decode()
    assert "tone was missing." in shown
    given = {
        "title": "Curt", "text": "tone was missing.", "code": "tone", "severity": "major",
        "department": office.department("service").pk, "evidence": review.case.number,
    }  # fmt: skip
    assert "field-error" in post(by, address, given | {"title": ""}, 422)
    post(by, address, given, 302)
    found = QualityFinding.objects.get()
    assert (found.review, found.code) == (review, "tone")
    act = at("qualityfinding_act", found.pk, "rectify")
    wrong = {"measure": "Train", "owner": does.pk, "due_on": office.day(-1).isoformat()}
    assert "The last day lies before the first." in post(by, act, wrong, 422)
    post(by, act, wrong | {"due_on": office.day(7).isoformat()}, 302)
    found.refresh_from_db()
    assert found.task is not None
    assert "Curt" in page(does, "task_change", found.task.pk)
    tasks.finish(found.task, proof="Trained on Monday.", by=does)
    shown = page(by, "qualityfinding_change", found.pk)
    assert "Trained on Monday." in shown
    assert "1 of 1" in shown
    verify = at("qualityfinding_act", found.pk, "verify")
    assert "Say until when" in post(by, verify, {"effective": "no", "seen": "No better."}, 422)
    again = {"effective": "no", "seen": "No better.", "due_on": office.day(9).isoformat()}
    post(by, verify, again, 302)
    assert "not effective" in page(by, "qualityfinding_change", found.pk)
    assert as_(does).post(verify, again).status_code == 403
    assert "Curt" in page(by, "qualityfinding_changelist", standing="work")
    assert "Curt" not in page(by, "qualityfinding_changelist", standing="verified")


def test_a_sample_says_how_it_was_drawn_and_reviewers_say_whether_they_are_there() -> None:
    room.sheet()
    by, manager = room.reviewer(), room.lead()
    with clock.stopped(clock.now() - rule.WEEK):
        case = room.closed(room.agent())
    sample = sampling.draw_week(rule.week_of(clock.today() - rule.WEEK))
    shown = page(manager, "reviewsample_change", sample.pk)
    assert sample.seed in shown
    assert case.number in shown
    assert "it is the same" in shown
    assert ReviewSample.objects.count() == 1
    post(by, at("reviewsample_reviewers"), {"reviewer": by.pk, "on": "0"}, 302)
    assert not Reviewer.objects.get(user=by).is_on_duty
    post(by, at("reviewsample_reviewers"), {"reviewer": manager.pk, "on": "0"}, 403)
    post(manager, at("reviewsample_reviewers"), {"reviewer": by.pk, "on": "1"}, 302)
    assert Reviewer.objects.get(user=by).is_on_duty
    assert "Give no cases" in page(manager, "reviewsample_reviewers")


def test_figures_show_the_mean_what_fails_most_and_the_findings() -> None:
    head, agent, by = room.lead(), room.agent(display_name="Gao Yun"), room.reviewer()
    room.handed_in(agent, by=by, tone="no")
    room.handed_in(agent, by=by)
    findings.raise_(findings.Found(title="Curt", department=office.department("service")), by=by)
    shown = page(head, "casereview_figures")
    for word in ("81.0", "50 %", "Gao Yun", "1 of 2", "Tone"):
        assert word in shown
    assert "Nothing was reviewed in that time." in page(head, "casereview_figures", drawn="lot")
    assert "81.0" in page(head, "casereview_figures", first="nonsense", last="2026-13-45", agent="x")
    assert Client().get(at("casereview_figures")).status_code == 302
