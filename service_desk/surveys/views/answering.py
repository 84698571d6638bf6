"""Answering a survey: from the link of a message without a log-in, or from the own inbox (SVC-07 · D5.1).

One question a screen; each answer is kept as it is sent, so that whoever comes back goes on where she was. The page names
nobody and nothing: who holds the link learns what is asked, and no more.
"""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import limits, refusals
from core.limits import Limit
from core.models import Channel, User
from core.refusals import Refusal
from core.request import address_of
from core.rules import RuleBroken
from members.models import Member
from service_desk.surveys.forms.answering import read
from service_desk.surveys.models import SurveyInvitation, SurveyResponse
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.operations import answering
from service_desk.surveys.queries import links, progress, questionnaires
from service_desk.surveys.wording import shown

GUESSES = Limit("survey-link-guess", times=20, seconds=3600)
"""Wrong links from one address; then no link of that hour is looked at, right or wrong."""
BY = "by"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link. A wrong one looks like a page that does not exist, and may not be tried often."""
    origin = address_of(request) or "unknown"
    if limits.is_used_up(GUESSES, origin):
        raise Refusal("too_many_requests", status=429)
    invitation = links.by_token(token)
    if invitation is None:
        limits.spend(GUESSES, origin)
        raise Http404
    return _survey(request, invitation, by=request.GET.get(BY, ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """From the inbox: the member's own survey; another's is as good as missing."""
    member = Member.objects.filter(user=request.user).first() if isinstance(request.user, User) else None
    invitation = links.of_member(member, public_id) if member else None
    if invitation is None:
        raise Http404
    return _survey(request, invitation, by=Channel.INBOX)


def _survey(request: HttpRequest, invitation: SurveyInvitation, *, by: str) -> HttpResponse:
    by = by if by in Channel.values else ""
    response = SurveyResponse.objects.filter(invitation=invitation).first()
    if response is not None:
        return _thanks(request, invitation, response, status=409 if request.method == "POST" else 200)
    if progress.has_ended(invitation):
        return _page(request, "ended", invitation, status=410)
    return _save(request, invitation, by) if request.method == "POST" else _question(request, invitation, by)


def _save(request: HttpRequest, invitation: SurveyInvitation, by: str) -> HttpResponse:
    """Keep an answer and go on; what does not fit is said beside the same question."""
    form = questionnaires.form_of(invitation.version)
    code = request.POST.get("question", "")
    asked = form.rule(code)
    try:
        if asked is None:
            raise Refusal("survey_question_not_asked")
        answering.save(invitation, code, read(asked, request.POST), via=by, language=get_language() or "")
    except RuleBroken as broken:
        if broken.code in ("survey_answered", "survey_link_ended"):  # in another window, a moment ago
            return _survey(request, invitation, by=by)
        known = asked is not None and broken.code != "survey_question_not_asked"
        return _question(request, invitation, by, code=code if known else "", problem=refusals.said(broken), status=422)
    return redirect(_here(request, by))


def _question(
    request: HttpRequest, invitation: SurveyInvitation, by: str, *, code: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    """The question that comes next, or an earlier one that she went back to."""
    form = questionnaires.form_of(invitation.version)
    at = progress.of(invitation, form, wanted=code or request.GET.get("q", ""))
    return _page(
        request,
        "question",
        invitation,
        status=status,
        intro=spoken(invitation.version.intro) if at.number == 1 else "",
        question=shown.question(form, form.row(at.code), given=at.given),
        at=at,
        back=_here(request, by, q=at.before) if at.before else "",
        problem=problem,
    )


def _thanks(
    request: HttpRequest, invitation: SurveyInvitation, response: SurveyResponse, *, status: int
) -> HttpResponse:
    return _page(
        request,
        "thanks",
        invitation,
        status=status,
        thanks=spoken(invitation.version.thanks),
        is_low=response.is_low,
    )


def _page(
    request: HttpRequest, name: str, invitation: SurveyInvitation, *, status: int, **context: Any
) -> HttpResponse:
    title = spoken(invitation.version.title)
    page = render(request, f"service_desk/surveys/{name}.html", {"survey_title": title, **context}, status=status)
    page["X-Robots-Tag"] = "noindex, nofollow"
    return page


def _here(request: HttpRequest, by: str, **query: str) -> str:
    """This page, with the way by which she came."""
    told = {name: value for name, value in {BY: by if BY in request.GET else "", **query}.items() if value}
    return request.path + (f"?{urlencode(told)}" if told else "")
