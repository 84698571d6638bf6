"""“My score-card” (SVC-09, SVC-10, SVC-11 · B11, D7.2, D7.3): how I stand, what was seen of me; and my word on it."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards.forms.fields import plain
from core import clock, parameters
from core.models import User
from service_desk.models import Contest, ImprovementPlan, ScoreCard, ScoreFigure
from service_desk.people.operations import objections, plans, standards
from service_desk.people.policy.parameters import PerformanceParameters
from service_desk.people.policy.periods import Span
from service_desk.people.queries import contests, rewards, scorecards
from service_desk.people.queries import standards as written
from service_desk.people.views.working import at_work, tried

CHECKS_SHOWN = 12
CONTESTS_SHOWN = 6
YEARS_SHOWN = 5


class WordsForm(forms.Form):
    """What somebody says in his own words."""

    words = forms.CharField(max_length=2_000)

    def clean_words(self) -> str:
        return plain(self.cleaned_data["words"])


@require_safe
@at_work
def home(request: HttpRequest, user: User) -> HttpResponse:
    """The newest card, or the one that was chosen; beside it everything else that is one's own."""
    known = parameters.in_force(PerformanceParameters)
    months = scorecards.of_person(user, span=Span.MONTH, most=known.history_months)
    years = scorecards.of_person(user, span=Span.YEAR, most=YEARS_SHOWN)
    shown = _chosen(request.GET.get("card", ""), months + years)
    context: dict[str, Any] = {
        "shown": shown,
        "months": months,
        "years": years,
        "series": scorecards.series(months),
        "may_object": shown is not None and _may_object(shown.card, days=known.objection_days),
        "own": True,
        "checks": written.checks().filter(person=user).order_by("-pk")[:CHECKS_SHOWN],
        "plans": rewards.plans_of(user),
        "incentives": rewards.incentives_of(user),
        "career": rewards.career_of(user),
        "today": clock.today(),
        "contests": contests.of_person(user, most=CONTESTS_SHOWN),
    }
    return render(request, "service_desk/work/scorecard.html", context)


def _chosen(asked: str, found: list[scorecards.Shown]) -> scorecards.Shown | None:
    """The card that the address names; without one the newest. Another's is not there."""
    if asked:
        for one in found:
            if str(one.card.pk) == asked:
                return one
        raise Http404
    return found[0] if found else None


def _may_object(card: ScoreCard, *, days: int) -> bool:
    return card.closed_at is not None and clock.today() <= objections.last_day(card.closed_at, days=days)


@require_POST
@at_work
def object_to_figure(request: HttpRequest, user: User, figure: int) -> HttpResponse:
    """Say that a figure of one's own is wrong."""
    row = ScoreFigure.objects.select_related("card").filter(pk=figure, card__person=user).first()
    if row is None:
        raise Http404
    form = WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    tried(
        request,
        lambda: objections.to_figure(row, words=words, by=user),
        done=_("A colleague who did not score you decides."),
    )
    response = redirect("people:scorecard")
    response["Location"] += f"?card={row.card_id}"
    return response


@require_http_methods(["GET", "POST"])
@at_work
def spot_check(request: HttpRequest, user: User, check: int) -> HttpResponse:
    """One spot check, mark by mark; opening it is noted. A POST objects."""
    row = written.checks().filter(pk=check, person=user).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        form = WordsForm(request.POST)
        words = form.cleaned_data["words"] if form.is_valid() else ""
        tried(
            request,
            lambda: objections.to_spot_check(row, words=words, by=user),
            done=_("A colleague who did not score you decides."),
        )
        return redirect("people:spot_check", row.pk)
    standards.see(row, user=user)
    days = parameters.in_force(PerformanceParameters).objection_days
    objection = next(iter(row.objections.all()), None)
    in_time = clock.today() <= objections.last_day(row.checked_at, days=days)
    context = {
        "check": row,
        "objection": objection,
        "may_object": objection is None and row.void_at is None and in_time,
        "until": objections.last_day(row.checked_at, days=days),
    }
    return render(request, "service_desk/work/spot_check.html", context)


@require_POST
@at_work
def agree(request: HttpRequest, user: User, plan: int) -> HttpResponse:
    """Say yes to a plan of one's own."""
    row = ImprovementPlan.objects.filter(pk=plan, person=user).first()
    if row is None:
        raise Http404
    tried(request, lambda: plans.agree(row, by=user), done=_("Agreed. Good luck."))
    return redirect("people:scorecard")


@require_safe
@at_work
def contest(request: HttpRequest, user: User, contest: int) -> HttpResponse:
    """Who stands where, in a contest that one takes part in."""
    row = Contest.objects.select_related("store", "department").filter(contests.mine(user), pk=contest).first()
    if row is None:
        raise Http404
    context = {"contest": row, "ranked": contests.ranked(row), "me": user}
    return render(request, "service_desk/work/contest.html", context)
