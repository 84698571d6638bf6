"""What must always hold of training and performance, checked by `manage.py verify` (SVC-08 to SVC-11)."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from core.models import Certificate
from core.verify import invariant
from service_desk.models import (
    ClassSeat,
    ClassSession,
    CourseStep,
    Enrolment,
    ImprovementPlan,
    Incentive,
    Objection,
    PracticalCheck,
    QuizAttempt,
    ScoreCard,
    ScoreFigure,
    SpotCheck,
    StepDone,
)
from service_desk.people.policy import grading, kpis, standards
from service_desk.people.queries import bank


@invariant("T1", "a class counts as taken exactly the seats that are booked")
def classes_add_up() -> Iterator[str]:
    booked = Count("booked", filter=~Q(booked__state=ClassSeat.State.GIVEN_UP))
    for row in ClassSession.objects.annotate(n=booked).exclude(taken=F("n")).iterator(chunk_size=2000):
        yield f"class {row.pk} counts {row.taken} seats"


@invariant("T2", "a course that is done has every step done that it had, and its certificate belongs to its person")
def courses_were_done() -> Iterator[str]:
    done = StepDone.objects.filter(enrolment=OuterRef("pk"))
    rows = Enrolment.objects.filter(completed_at__isnull=False).annotate(has=Exists(done))
    for row in rows.filter(Q(has=False) | (Q(certificate__isnull=False) & ~Q(certificate__user=F("user")))):
        yield f"enrolment {row.pk} is done without a step, or its certificate is somebody else’s"


@invariant("T3", "a graded quiz scored what its answers say")
def grades_follow_from_answers() -> Iterator[str]:
    rows = QuizAttempt.objects.filter(closed_at__isnull=False).prefetch_related("answers__version")
    for row in rows.iterator(chunk_size=500):
        rights = []
        for one in row.answers.all():
            told = one.answer or {}
            given = grading.Answer(frozenset(told.get("chosen", ())), str(told.get("typed", "")))
            rights.append(grading.is_right(bank.key_of(one.version), given))
        if row.score_bps != grading.score_bps(rights) or row.passed != grading.passes(
            rights, pass_percent=row.pass_percent
        ):
            yield f"attempt {row.pk} scored {row.score_bps}"


@invariant("T4", "nobody assessed or certified himself, and a check is of the person whose course it is")
def nobody_judges_himself() -> Iterator[str]:
    for check in PracticalCheck.objects.filter(Q(assessor=F("trainee")) | ~Q(trainee=F("enrolment__user"))):
        yield f"practical check {check.pk}"
    for held in Certificate.objects.filter(awarded_by=F("user")):
        yield f"certificate {held.pk}"


@invariant("T5", "a step that is done belongs to the course that is taken")
def steps_belong() -> Iterator[str]:
    for row in StepDone.objects.exclude(step__course=F("enrolment__course")):
        yield f"step {row.step_id} of enrolment {row.enrolment_id}"
    for step in CourseStep.objects.filter(kind=CourseStep.Kind.QUIZ, questions=None):
        yield f"quiz {step.pk} draws no questions"


@invariant("T6", "a spot check scored what its marks say")
def scores_follow_from_marks() -> Iterator[str]:
    for row in SpotCheck.objects.prefetch_related("marks__criterion").iterator(chunk_size=500):
        marks = [(one.criterion.weight, one.mark) for one in row.marks.all()]
        if not marks or row.score_bps != standards.score_bps(marks):
            yield f"spot check {row.pk} scored {row.score_bps}"


@invariant("T7", "a figure reached of its target what its value says, and a score-card as a whole the mean of these")
def cards_add_up() -> Iterator[str]:
    for row in ScoreFigure.objects.iterator(chunk_size=2000):
        if row.attainment_bps != kpis.attainment_bps(kpis.BY_CODE[row.kpi], row.value, target=row.target):
            yield f"figure {row.pk} reached {row.attainment_bps}"
    for card in ScoreCard.objects.prefetch_related("figures").iterator(chunk_size=500):
        if card.total_bps != kpis.total_bps([one.attainment_bps for one in card.figures.all()]):
            yield f"score-card {card.pk} reached {card.total_bps}"


@invariant("T8", "an objection that was upheld put something right, and nothing was put right without one")
def objections_leave_their_trace() -> Iterator[str]:
    upheld = Objection.objects.filter(state=Objection.State.UPHELD)
    for row in upheld.filter(Q(spot_check__isnull=False, spot_check__void_at=None)
                             | Q(figure__isnull=False, figure__corrected_value=None)):  # fmt: skip
        yield f"objection {row.pk} was upheld without effect"
    for check in SpotCheck.objects.filter(void_at__isnull=False).exclude(objections__in=upheld):
        yield f"spot check {check.pk} is void without an objection"
    for figure in ScoreFigure.objects.exclude(corrected_value=None).exclude(objections__in=upheld):
        yield f"figure {figure.pk} was put right without an objection"


@invariant("T9", "nobody decided on his own score, reward or plan")
def nobody_rewards_himself() -> Iterator[str]:
    for row in Objection.objects.filter(Q(decided_by=F("person")) | Q(decided_by=F("spot_check__assessor"))):
        yield f"objection {row.pk}"
    for reward in Incentive.objects.filter(Q(approval__decided_by=F("person")) | Q(given_by=F("person"))):
        yield f"incentive {reward.pk}"
    for plan in ImprovementPlan.objects.filter(verified_by=F("person")):
        yield f"improvement plan {plan.pk}"
