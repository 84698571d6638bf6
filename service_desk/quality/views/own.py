"""“My reviews” (SVC-12 · D9): what was seen of one's own cases, mark by mark, and one's word on it."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cards.forms.fields import plain
from core import clock
from core.models import User
from service_desk.people.views.working import at_work, tried
from service_desk.quality.operations import review_objections
from service_desk.quality.queries import reviews as rows

MOST = 50


class WordsForm(forms.Form):
    """What somebody says in his own words."""

    words = forms.CharField(max_length=2_000)

    def clean_words(self) -> str:
        return plain(self.cleaned_data["words"])


@require_safe
@at_work
def home(request: HttpRequest, user: User) -> HttpResponse:
    """The newest reviews of one's own cases."""
    found = list(rows.own(user).select_related("case", "reviewer", "objection")[:MOST])
    return render(request, "service_desk/work/reviews.html", {"reviews": found})


@require_http_methods(["GET", "POST"])
@at_work
def review(request: HttpRequest, user: User, review: int) -> HttpResponse:
    """One review; opening it is noted. A POST objects."""
    row = rows.own(user).filter(pk=review).select_related("case", "reviewer", "sheet", "objection__decided_by").first()
    if row is None:
        raise Http404
    if request.method == "POST":
        form = WordsForm(request.POST)
        words = form.cleaned_data["words"] if form.is_valid() else ""
        tried(
            request,
            lambda: review_objections.object_to(row, words=words, by=user),
            done=_("A colleague who did not review it decides."),
        )
        return redirect("quality:review", row.pk)
    review_objections.see(row, user=user)
    objection, until = getattr(row, "objection", None), review_objections.last_day(row)
    scores = rows.scores_of(row)
    context = {
        "review": row,
        "told": rows.told(row, scores),
        "scores": scores,
        "objection": objection,
        "may_object": objection is None and clock.today() <= until,
        "until": until,
    }
    return render(request, "service_desk/work/review.html", context)
