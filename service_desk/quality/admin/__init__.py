"""Coordination and quality monitoring in the back office: tasks, projects, meetings; reviews, findings, score sheets."""

from service_desk.quality.admin import (
    findings,
    meetings,
    projects,
    review_worklists,
    reviews,
    samples,
    sheets,
    tasks,
    worklists,
)

__all__ = [
    "findings",
    "meetings",
    "projects",
    "review_worklists",
    "reviews",
    "samples",
    "sheets",
    "tasks",
    "worklists",
]
