"""What the refusals of surveys say, and their actions in the trail (SVC-06, SVC-07)."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word({
    "survey_code_taken": _("There is a survey with this code already."),
    "survey_ended": _("This survey has ended."),
    "survey_has_a_draft": _("Publish or discard the draft first."),
    "survey_not_published": _("A survey is asked once it has been published."),
    "survey_trigger_backdated": _("Nobody is asked about what lies behind: choose today or a later day."),
    "survey_without_questions": _("A survey needs a question."),
    "survey_too_long": _("A survey has at most %(most)s questions."),
    "survey_has_too_many_skips": _("A survey has at most %(most)s skips."),
    "survey_question_needs_options": _("Question %(place)s needs two options or more, %(most)s at most."),
    "survey_measure_missing": _("Say which question is the score."),
    "survey_measure_unfit": _(
        "Question %(place)s cannot be the score: satisfaction is measured from 1 to 5, recommendation from 0 to 10, effort "
        "from 1 to 7, and the question must be answered."
    ),
    "survey_measures_nothing": _("This survey has no score, but question %(place)s is marked as one."),
    "survey_measure_may_be_missed": _("Some answers lead past question %(place)s, which is the score."),
    "survey_question_unreachable": _("No answers lead to question %(place)s."),
    "survey_skip_looks_ahead": _("A skip at question %(place)s asks about an answer that has not been given by then."),
    "survey_skip_goes_back": _("A skip at question %(place)s must lead further than to the next question."),
    "survey_skip_unfit": _("A skip at question %(place)s asks for an answer that cannot be given."),
    "survey_wording_missing": _("The %(what)s is not worded in: %(language)s."),
    "survey_question_not_worded": _("Question %(place)s is not worded in: %(language)s."),
    "survey_answer_missing": _("Please answer this question."),
    "survey_answer_unfit": _("Please choose one of the answers."),
    "survey_text_too_long": _("Please write %(most)s characters at most."),
    "survey_question_not_asked": _("This question is not asked here."),
    "survey_answered": _("These questions have been answered. Thank you."),
    "survey_link_ended": _("This link has ended."),
})  # fmt: skip

words.enter(
    words.ACTION,
    {
        "service_desk.survey.begin": _("Survey begun"),
        "service_desk.survey.discard": _("Draft of a survey discarded"),
        "service_desk.survey.publish": _("Survey published"),
        "service_desk.survey.end": _("Survey ended"),
        "service_desk.survey.ask": _("Members asked by a survey"),
        "service_desk.survey.answer": _("Survey answered"),
        "service_desk.surveytrigger.begin": _("Occasion of a survey begun"),
        "service_desk.surveytrigger.stop": _("Occasion of a survey stopped"),
    },
)
