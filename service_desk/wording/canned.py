"""Prepared answers (SVC-01): the gaps `{member}`, `{case}` and `{agent}` are filled in, whatever else stands there stays."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.models import User
from service_desk.models import CannedAnswer, Case
from service_desk.queries import cases

MEMBER, CASE, AGENT = "{member}", "{case}", "{agent}"


def prepared(answer: CannedAnswer, case: Case, *, by: User) -> str:
    """An answer in the language of whoever reads it. The name is left open: it is filled in when the answer is sent."""
    text = answer.worded("body", cases.language_of(case))
    return text.replace(CASE, case.number).replace(AGENT, str(by))


def filled(text: str, case: Case, *, by: User) -> str:
    """A text without gaps, as it goes out."""
    if MEMBER not in text:
        return text.replace(CASE, case.number).replace(AGENT, str(by))
    with override(cases.language_of(case)):
        name = (case.member.name if case.member else case.contact_name) or _("Sir or Madam")
    return text.replace(MEMBER, name).replace(CASE, case.number).replace(AGENT, str(by))
