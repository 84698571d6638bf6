"""The tables of surveys. They belong to the app of the service desk, which imports them."""

from service_desk.surveys.models.answers import SurveyAnswer, SurveyDraftAnswer, SurveyResponse
from service_desk.surveys.models.asking import SurveyInvitation, SurveyTrigger, TouchPoint
from service_desk.surveys.models.surveys import Survey, SurveyOption, SurveyQuestion, SurveySkip, SurveyVersion

__all__ = [
    "Survey", "SurveyAnswer", "SurveyDraftAnswer", "SurveyInvitation", "SurveyOption", "SurveyQuestion", "SurveyResponse",
    "SurveySkip", "SurveyTrigger", "SurveyVersion", "TouchPoint",
]  # fmt: skip
