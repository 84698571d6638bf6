from service_desk.quality.models.coordination import Meeting, MeetingDecision, Milestone, Project, ProjectNote, Task
from service_desk.quality.models.findings import FindingVerification, QualityFinding
from service_desk.quality.models.reviews import (
    CaseReview,
    Reviewer,
    ReviewMark,
    ReviewObjection,
    ReviewSample,
    ReviewScore,
)
from service_desk.quality.models.sheets import ScoreSheet, SheetCriterion, SheetSection

__all__ = [
    "CaseReview",
    "FindingVerification",
    "Meeting",
    "MeetingDecision",
    "Milestone",
    "Project",
    "ProjectNote",
    "QualityFinding",
    "ReviewMark",
    "ReviewObjection",
    "ReviewSample",
    "ReviewScore",
    "Reviewer",
    "ScoreSheet",
    "SheetCriterion",
    "SheetSection",
    "Task",
]
