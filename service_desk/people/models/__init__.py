from service_desk.people.models.assessment import PracticalCheck, QuizAnswer, QuizAttempt
from service_desk.people.models.courses import (
    Course,
    CourseMaterial,
    CourseStep,
    PracticalItem,
    QuizQuestion,
    QuizQuestionVersion,
)
from service_desk.people.models.rewarding import (
    CareerLevel,
    CareerStep,
    Contest,
    ContestPlace,
    ImprovementPlan,
    Incentive,
)
from service_desk.people.models.scorecards import (
    KpiCode,
    KpiTarget,
    Objection,
    ScoreCard,
    ScoreFigure,
    Span,
    SubjectKind,
)
from service_desk.people.models.standards import PostStandard, SpotCheck, SpotCheckMark, StandardCriterion
from service_desk.people.models.training import (
    ClassSeat,
    ClassSession,
    Enrolment,
    OnboardingRule,
    StepDone,
)

__all__ = [
    "CareerLevel",
    "CareerStep",
    "ClassSeat",
    "ClassSession",
    "Contest",
    "ContestPlace",
    "Course",
    "CourseMaterial",
    "CourseStep",
    "Enrolment",
    "ImprovementPlan",
    "Incentive",
    "KpiCode",
    "KpiTarget",
    "Objection",
    "OnboardingRule",
    "PostStandard",
    "PracticalCheck",
    "PracticalItem",
    "QuizAnswer",
    "QuizAttempt",
    "QuizQuestion",
    "QuizQuestionVersion",
    "ScoreCard",
    "ScoreFigure",
    "Span",
    "SpotCheck",
    "SpotCheckMark",
    "StandardCriterion",
    "StepDone",
    "SubjectKind",
]
