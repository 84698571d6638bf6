"""Service in the portal: asking, the thread, answering, settling, rating; and that it is nobody else's business."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cards.models import Card
from core import clock
from core.models import User
from members.models import Member
from service_desk.models import Case, CaseAttachment, CaseEntry, CaseTask
from service_desk.operations import cases, handling, merging, tasks, threads
from service_desk.operations.attachments import Upload
from tests.service_desk.screens.cast import WORDS, asked, png, shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_she_writes_and_stands_before_her_thread(her_portal: Client, wanqing: Member) -> None:
    answer = her_portal.post("/me/service/new/", {**WORDS, "key": "a" * 32}, follow=True)
    case = Case.objects.get()
    assert (case.kind, case.subject, case.member, case.channel) == ("complaint", WORDS["subject"], wanqing, "web")
    assert answer.redirect_chain[-1][0] == f"/me/service/{case.number}/"
    assert WORDS["text"] in shown(answer)
    assert "We answer by" in shown(answer)


def test_the_same_form_sent_twice_is_one_case(her_portal: Client) -> None:
    for _ in range(2):
        her_portal.post("/me/service/new/", {**WORDS, "key": "b" * 32})
    assert Case.objects.count() == 1


def test_a_card_of_hers_can_be_named_and_no_other(her_portal: Client, card: Card) -> None:
    her_portal.post("/me/service/new/", {**WORDS, "about": f"card-{card.public_id}"})
    assert Case.objects.get().card == card
    refused = her_portal.post("/me/service/new/", {**WORDS, "about": "card-00000000-0000-0000-0000-000000000007"})
    assert (refused.status_code, Case.objects.count()) == (422, 1)


def test_the_page_that_leads_here_says_what_it_is_about(her_portal: Client, card: Card) -> None:
    page = shown(her_portal.get(f"/me/service/new/?kind=complaint&card={card.public_id}"))
    assert f'value="card-{card.public_id}" selected' in page
    assert 'value="complaint" checked' in page


def test_what_was_typed_stays_when_something_is_missing(her_portal: Client) -> None:
    answer = her_portal.post("/me/service/new/", {**WORDS, "subject": ""})
    assert answer.status_code == 422
    assert WORDS["text"] in shown(answer)
    assert not Case.objects.exists()


def test_a_picture_comes_along_and_leaves_as_a_file(her_portal: Client, his_portal: Client) -> None:
    her_portal.post("/me/service/new/", {**WORDS, "attachments": [png()]})
    kept = CaseAttachment.objects.get()
    page = shown(her_portal.get(f"/me/service/{Case.objects.get().number}/"))
    assert "receipt.png" in page
    given = her_portal.get(f"/me/service/files/{kept.token}/")
    assert given.status_code == 200
    assert given["Content-Type"] == "image/png"
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"
    assert his_portal.get(f"/me/service/files/{kept.token}/").status_code == 404


def test_a_page_that_calls_itself_a_picture_is_not_taken_and_nothing_is_opened(her_portal: Client) -> None:
    page = SimpleUploadedFile("photo.png", b"<!doctype html><script>alert(1)</script>", content_type="image/png")
    answer = her_portal.post("/me/service/new/", {**WORDS, "attachments": [page]})
    assert answer.status_code == 422
    assert "This kind of file is not accepted" in shown(answer)
    assert WORDS["text"] in shown(answer)
    assert not Case.objects.exists()


def test_an_answer_of_ours_stands_in_her_thread_and_a_note_does_not(
    her_portal: Client, complaint: Case, service_agent: User
) -> None:
    threads.reply(complaint, body="We are sorry, and look into it.", by=service_agent)
    threads.note(complaint, body="Third time this month.", by=service_agent)
    page = shown(her_portal.get(f"/me/service/{complaint.number}/"))
    assert "We are sorry, and look into it." in page
    assert "Gao Yun" in page
    assert "Third time this month" not in page


def test_a_file_of_a_note_is_not_hers(her_portal: Client, complaint: Case, service_agent: User) -> None:
    upload = png()
    note = threads.note(
        complaint, body="See the photo.", by=service_agent, attachments=[Upload("photo.png", upload.read())]
    )
    token = note.attachments.get().token
    assert her_portal.get(f"/me/service/files/{token}/").status_code == 404


def test_she_answers_and_a_repeat_counts_once(her_portal: Client, complaint: Case) -> None:
    for _ in range(2):
        answer = her_portal.post(
            f"/me/service/{complaint.number}/answer/", {"text": "At nine!", "key": "c" * 32}, follow=True
        )
    assert "At nine!" in shown(answer)
    assert CaseEntry.objects.filter(case=complaint, direction="in").count() == 2


def test_an_empty_answer_says_so(her_portal: Client, complaint: Case) -> None:
    answer = her_portal.post(f"/me/service/{complaint.number}/answer/", {"text": " \u200b "})
    assert answer.status_code == 422
    assert "Please write something, or attach a file." in shown(answer)


def test_what_she_writes_after_the_solution_opens_it_again(
    her_portal: Client, complaint: Case, service_agent: User
) -> None:
    handling.resolve(complaint, by=service_agent, resolution="Open from seven now.")
    page = shown(her_portal.get(f"/me/service/{complaint.number}/"))
    assert "Is it solved?" in page
    her_portal.post(f"/me/service/{complaint.number}/answer/", {"text": "It was closed again."})
    complaint.refresh_from_db()
    assert (complaint.state, complaint.reopened) == ("open", 1)


def test_it_is_solved_she_says_and_it_ends(her_portal: Client, wanqing: Member, service_agent: User) -> None:
    case = asked(wanqing, kind="enquiry")
    department = service_agent.employment.post.department
    tasks.ask(case, department=department, question="Was it closed?", by=service_agent)
    for _ in range(2):
        her_portal.post(f"/me/service/{case.number}/settle/")
    case.refresh_from_db()
    assert case.state == "closed"
    assert CaseTask.objects.get().state == "cancelled"
    assert case.events.filter(kind="settled").count() == 1
    page = shown(her_portal.get(f"/me/service/{case.number}/"))
    assert "Something is still open?" in page


def test_a_complaint_that_she_calls_solved_is_closed_once_we_know_why(her_portal: Client, complaint: Case) -> None:
    here = f"/me/service/{complaint.number}/"
    for _ in range(2):
        her_portal.post(f"{here}settle/")
    complaint.refresh_from_db()
    assert complaint.state == "resolved"
    assert complaint.events.filter(kind="settled").count() == 1
    assert "Is it solved?" not in shown(her_portal.get(here))
    her_portal.post(f"{here}answer/", {"text": "It was closed again."})
    complaint.refresh_from_db()
    assert complaint.state == "open"


def test_she_rates_once(her_portal: Client, complaint: Case, service_agent: User) -> None:
    handling.resolve(complaint, by=service_agent, resolution="Open from seven now.")
    here = f"/me/service/{complaint.number}/"
    assert her_portal.post(f"{here}rate/", {"comment": "Quick."}).status_code == 422
    her_portal.post(f"{here}rate/", {"score": "5", "comment": "Quick."})
    complaint.refresh_from_db()
    assert (complaint.score, complaint.score_comment) == (5, "Quick.")
    again = her_portal.post(f"{here}rate/", {"score": "1"})
    assert again.status_code == 422
    assert "You rated 5 of 5" in shown(her_portal.get(here))


@pytest.mark.parametrize("verb", ["", "answer/", "settle/", "rate/"])
def test_another_members_case_is_the_same_404_as_a_missing_one(his_portal: Client, complaint: Case, verb: str) -> None:
    ask = his_portal.post if verb else his_portal.get
    hers, none = ask(f"/me/service/{complaint.number}/{verb}"), ask(f"/me/service/C000000-ZZZZZZ/{verb}")
    assert (hers.status_code, none.status_code) == (404, 404)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.score) == ("new", None)


def test_the_number_of_a_merged_case_leads_to_where_it_lives(
    her_portal: Client, complaint: Case, wanqing: Member, service_agent: User
) -> None:
    other = asked(wanqing, subject="Breakfast again")
    merging.merge(other, into=complaint, by=service_agent)
    answer = her_portal.get(f"/me/service/{other.number}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/me/service/{complaint.number}/")
    assert "Breakfast again" not in shown(her_portal.get("/me/service/"))


def test_what_she_wrote_before_she_joined_is_hers_when_she_says_so(
    her_portal: Client, his_portal: Client, wanqing: Member
) -> None:
    before = asked(None, contact=cases.Contact("Wanqing", wanqing.phone, ""), subject="Which card?")
    shared = asked(None, contact=cases.Contact("Both", wanqing.phone, "somebody.else@example.com"), subject="Ours")
    page = shown(her_portal.get("/me/service/"))
    assert "Which card?" in page
    assert "Ours" not in page
    assert "Which card?" not in shown(his_portal.get("/me/service/"))
    assert her_portal.get(f"/me/service/{before.number}/").status_code == 404
    for _ in range(2):
        her_portal.post("/me/service/claim/")
    before.refresh_from_db()
    shared.refresh_from_db()
    assert (before.member, shared.member) == (wanqing, None)
    assert her_portal.get(f"/me/service/{before.number}/").status_code == 200


def test_an_address_she_has_not_confirmed_claims_nothing(her_portal: Client, wanqing: Member) -> None:
    asked(None, contact=cases.Contact("Wanqing", wanqing.phone, ""), subject="Which card?")
    wanqing.phone_verified_at = None
    wanqing.save(update_fields=["phone_verified_at"])
    her_portal.post("/me/service/claim/")
    assert Case.objects.get().member is None


def test_who_writes_all_day_is_asked_to_wait(her_portal: Client) -> None:
    with clock.stopped(clock.now()):
        for number in range(11):
            answer = her_portal.post("/me/service/new/", {**WORDS, "key": f"{number:032}"})
    assert answer.status_code == 422
    assert Case.objects.count() == 10


def test_a_colleague_without_a_membership_is_sent_to_the_open_form(service_agent: User, agent: Client) -> None:
    assert "No membership yet" in shown(agent.get("/me/service/"))
    assert agent.get("/me/service/new/").status_code == 404
