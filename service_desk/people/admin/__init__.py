"""The back office of people: training and its checks; standards, score-cards, rewards."""

from service_desk.people.admin import (
    checks,
    classes,
    courses,
    enrolments,
    questions,
    rewards,
    scorecards,
    standards,
    worklists,
)

__all__ = [
    "checks",
    "classes",
    "courses",
    "enrolments",
    "questions",
    "rewards",
    "scorecards",
    "standards",
    "worklists",
]
