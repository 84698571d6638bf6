"""Courses, material and questions are written, opened, revised; what was asked stays as it was (SVC-08, SVC-09)."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from core.models import AuditRecord, Competence, User
from core.refusals import Refusal
from service_desk.models import Course, CourseMaterial, QuizQuestionVersion
from service_desk.people.operations import courses, files, questions
from service_desk.people.queries import bank
from tests.service_desk.people import school


def test_a_course_opens_once_nothing_is_missing(trainer: User, activating: Competence) -> None:
    draft = courses.begin("new", {"name": "New", "competence": activating, "due_days": 7}, by=trainer)
    with pytest.raises(Refusal) as refused:
        courses.open_(draft, by=trainer)
    assert refused.value.code == "course_not_ready"
    reading = courses.add_step(draft, "read", {"name": "Read"}, by=trainer)
    courses.add_step(draft, "quiz", {"name": "Quiz", "questions": 2, "pass_percent": 50}, by=trainer)
    check = courses.add_step(draft, "check", {"name": "Show"}, by=trainer)
    missing = {line.code for line in bank.checklist(draft) if not line.met}
    assert missing == {"material", "questions", "items"}
    courses.write_material(reading, {"body": "Read this."}, by=trainer)
    courses.add_item(check, {"name": "Smiles", "is_critical": False}, by=trainer)
    for place in range(2):
        questions.write(draft, school.content(place), by=trainer)
    assert courses.open_(draft, by=trainer).state == Course.State.OPEN


def test_a_clerk_writes_no_course(clerk: User, course: Course) -> None:
    for act in (
        lambda: courses.begin("mine", {"name": "Mine"}, by=clerk),
        lambda: courses.retire(course, reason="x", by=clerk),
        lambda: questions.write(course, school.content(0), by=clerk),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.status == 403


def test_a_code_is_used_once(trainer: User, course: Course) -> None:
    with pytest.raises(Refusal) as refused:
        courses.begin(course.code, {"name": "Again"}, by=trainer)
    assert refused.value.code == "course_code_taken"


def test_steps_change_places_and_an_open_course_keeps_one(trainer: User, course: Course) -> None:
    first, second = bank.steps_of(course)
    courses.move_step(second, by=trainer)
    assert [step.pk for step in bank.steps_of(course)] == [second.pk, first.pk]
    courses.move_step(second, by=trainer)
    assert [step.pk for step in bank.steps_of(course)] == [second.pk, first.pk], "the first stays where it is"
    courses.drop_step(first, reason="Too long", by=trainer)
    with pytest.raises(Refusal) as refused:
        courses.drop_step(second, reason="x", by=trainer)
    assert refused.value.code == "course_needs_a_step"


def test_material_grows_by_versions_and_none_is_altered(trainer: User, course: Course) -> None:
    step = school.step_of(course, "read")
    again = courses.write_material(step, {"body": bank.material_of(step).body}, by=trainer)  # type: ignore[union-attr]
    assert again.number == 1, "the same words are no new version"
    second = courses.write_material(step, {"body": "Other words.", "body_zh_hans": "别的话。"}, by=trainer)
    assert (second.number, second.worded("body", "zh-hans"), second.worded("body", "zh-hant")) == (
        2,
        "别的话。",
        "Other words.",
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        CourseMaterial.objects.filter(pk=second.pk).update(body="Secretly changed")


@pytest.mark.parametrize(
    "change",
    [
        {"choices": []},
        {"choices": [{"en": "Only", "right": True}]},
        {"choices": [{"en": "A", "right": True}, {"en": "B", "right": True}]},
        {"choices": [{"en": "A", "right": False}, {"en": "B", "right": False}]},
        {"kind": "truth", "answer": "perhaps"},
        {"kind": "number", "answer": "many"},
        {"kind": "number", "answer": "1", "tolerance": "-1"},
    ],
)
def test_a_question_without_an_answer_is_refused(trainer: User, course: Course, change: dict[str, object]) -> None:
    before = len(school.bank_of(course))
    with pytest.raises(Refusal) as refused:
        questions.write(course, school.content(0, **change), by=trainer)
    assert refused.value.code == "question_cannot_be_asked"
    assert len(school.bank_of(course)) == before


def test_a_revised_question_is_a_new_version_and_the_old_one_stays(trainer: User, course: Course) -> None:
    question = school.bank_of(course)[0]
    questions.revise(question, school.content(0, text="Otherwise?"), by=trainer)
    question.refresh_from_db()
    assert question.version is not None
    assert (question.version.number, question.version.text) == (2, "Otherwise?")
    assert QuizQuestionVersion.objects.get(question=question, number=1).text == "Question 0?"
    with pytest.raises(Refusal) as refused:
        questions.revise(question, school.content(0, text="Otherwise?"), by=trainer)
    assert refused.value.code == "nothing_changes"
    with pytest.raises(DatabaseError), transaction.atomic():
        QuizQuestionVersion.objects.filter(question=question).update(text="Secretly changed")


def test_what_is_done_to_a_course_is_on_record(course: Course) -> None:
    actions = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"service_desk.course.begin", "service_desk.course.open", "service_desk.question.write"} <= actions


def _picture(kind: str = "PNG") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#0e4c52").save(
        drawn, kind, **({"exif": b"Exif\x00\x00secret"} if kind == "JPEG" else {})
    )
    return SimpleUploadedFile("../../poster.png", drawn.getvalue())


def test_a_picture_is_drawn_anew_and_kept_under_its_digest() -> None:
    name = files.keep(_picture("JPEG"))
    assert name == files.keep(_picture("JPEG"))
    assert name.endswith(".jpg")
    with default_storage.open(files.path_of(name)) as kept:
        assert b"secret" not in kept.read()


def test_a_pdf_is_kept_as_it_is() -> None:
    assert files.keep(SimpleUploadedFile("guide.pdf", b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n")).endswith(".pdf")


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", b"<svg xmlns='x'/>", b"PK\x03\x04", b"%PDF-1.4 cut off", b"", b"GIF89a"],
)
def test_what_is_no_material_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        files.keep(SimpleUploadedFile("poster.png", content))
    assert refused.value.code == "file_is_no_material"


def test_a_file_that_is_too_heavy_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_BYTES", 10)
    with pytest.raises(Refusal) as refused:
        files.keep(_picture())
    assert refused.value.code == "file_too_heavy"
