"""A low score is somebody's to look at (SVC-06 · D5.2): it opens a case, in the same transaction and once."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

from core import show
from service_desk.models import Case
from service_desk.operations import cases
from service_desk.policy.codes import Channel, Kind
from service_desk.surveys.models import SurveyQuestion, SurveyResponse
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.queries.following_up import key_of
from service_desk.surveys.queries.questionnaires import Form


def open_case(response: SurveyResponse, *, form: Form, given: Mapping[str, Answer]) -> Case:
    """SVC-06 · D5.2 — the member's case, with what she answered, in her words and language; a repeat gives the same case.

    It is feedback and no complaint: whoever reads it makes it one if it is. The desk classifies and routes it by its words.
    """
    invitation = response.invitation
    language = response.language or invitation.member.language
    with translation.override(language):
        title = spoken(response.version.title)
        subject = _("%(survey)s: %(score)s") % {"survey": title, "score": response.score}
        asked = _("%(occasion)s on %(day)s") % {
            "occasion": invitation.get_touch_point_display(),
            "day": show.day(invitation.occurred_at),
        }
        body = "\n\n".join(
            [asked, *(_told(form, form.row(code), one) for code, one in given.items() if not one.is_empty)]
        )
    return cases.open_case(
        kind=Kind.SUGGESTION,
        channel=Channel.WEB,
        subject=subject,
        body=body,
        member=invitation.member,
        store=invitation.store,
        key=key_of(response.pk),
    )


def _told(form: Form, row: SurveyQuestion, answer: Answer) -> str:
    if answer.number is not None:
        said = str(answer.number)
    elif answer.chosen:
        texts = {one.code: spoken(one.text) for one in form.options[row.pk]}
        said = show.listed(texts[code] for code in answer.chosen)
    else:
        said = answer.text
    return f"{spoken(row.text)}\n{said}"
