"""A benefit's own pages: begin one, draft and submit it, retire it; how all of them are used (LOY-09, LOY-11 · C3)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, audit, clock, refusals, show
from core.models import Approval, User
from core.request import reason_of
from core.rules import RuleBroken
from loyalty.forms_benefits import BeginForm, DraftForm
from loyalty.models import Benefit, BenefitVersion
from loyalty.operations import benefit_catalogue as catalogue
from loyalty.policy.benefit_parameters import EvaluationParameters
from loyalty.queries import catalogue as kept
from loyalty.queries import evaluation as figures
from loyalty.wording import benefits as wording

VIEW = "loyalty.view_benefit"
State = BenefitVersion.State
Act = Callable[[Benefit, User, str], object]


def _draft(benefit: Benefit) -> BenefitVersion:
    found = benefit.versions.filter(state=State.DRAFT).first()
    if found is None:
        raise Http404
    return found


# verb → what it does, what is said when done
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "revise": (lambda benefit, by, _reason: catalogue.revise(benefit, by=by), _("A new draft stands below.")),
    "submit": (
        lambda benefit, by, reason: catalogue.submit(_draft(benefit), reason=reason, by=by),
        _("Waits for a second person."),
    ),
    "discard": (lambda benefit, by, _reason: catalogue.discard(_draft(benefit), by=by), _("The draft is gone.")),
    "retire": (
        lambda benefit, by, reason: catalogue.ask_to_retire(benefit, reason=reason, by=by),
        _("Waits for a second person."),
    ),
}


def begin(request: HttpRequest) -> HttpResponse:
    """The code and the kind; the draft follows."""
    user = viewer(request, catalogue.PROPOSE)
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            benefit = catalogue.begin(form.cleaned_data["code"], form.cleaned_data["kind"], by=user)
            return redirect("admin:loyalty_benefit_change", benefit.pk)
        except RuleBroken as refusal:
            form.add_error("code", refusals.said(refusal))
    return page(
        request,
        "admin/cards/begin.html",
        status=422 if form.errors else 200,
        title=_now("A new benefit"),
        form=form,
    )


def benefit(request: HttpRequest, pk: str) -> HttpResponse:
    """What it gives, what it shall give, who decided; a POST keeps the draft."""
    user, found = viewer(request, VIEW), _found(pk)
    draft = found.versions.filter(state=State.DRAFT).first()
    form = DraftForm(request.POST or None, instance=draft) if draft else None
    if request.method == "POST":
        access.require(user, catalogue.PROPOSE)
        if draft is None or form is None:
            raise Http404
        if form.is_valid() and _saved(request, draft, form, by=user):
            return redirect("admin:loyalty_benefit_change", found.pk)
    may_propose = access.allows(user, catalogue.PROPOSE)
    now = kept.current(found, day=clock.today())
    return page(
        request,
        "admin/loyalty/benefit.html",
        status=422 if form is not None and form.errors else 200,
        title=now.localized_name if now else (draft.name if draft and draft.name else found.code),
        benefit=found,
        standing=standing(found, list(found.versions.all())),
        now=now,
        terms=_told(now),
        versions=found.versions.select_related("author", "approval__decided_by"),
        waiting=Approval.objects.filter(subject=audit.label_of(found), state=Approval.State.PENDING).first(),
        form=form if may_propose else None,
        draft=draft,
        may_propose=may_propose,
        may_revise=may_propose and draft is None and found.retired_on is None,
    )


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the verbs."""
    user, found = staff(request), _found(str(pk))
    access.require(user, catalogue.PROPOSE)
    if verb not in VERBS:
        raise Http404
    do, done = VERBS[verb]
    tried(request, lambda: do(found, user, reason_of(request)), done=str(done))
    if not Benefit.objects.filter(pk=found.pk).exists():
        return redirect("admin:loyalty_benefit_changelist")
    return redirect("admin:loyalty_benefit_change", found.pk)


def evaluation(request: HttpRequest) -> HttpResponse:
    """LOY-11 · C3.3 — use, reach, cost of every benefit by month, and what the rule suggests."""
    viewer(request, VIEW)
    picture = figures.picture(clock.today())
    most = max((count for _month, count in picture.uses_by_month), default=0) or 1
    return page(
        request,
        "admin/loyalty/evaluation.html",
        title=_now("Evaluation of benefits"),
        months=[
            {"month": show.month(month), "uses": count, "height": 100 * count // most, "top": 100 - 100 * count // most}
            for month, count in picture.uses_by_month
        ],
        lines=[_line(line) for line in sorted(picture.lines, key=lambda line: -line.figures.uses)],
        area=EvaluationParameters.AREA,
    )


def standing(benefit: Benefit, versions: Sequence[BenefitVersion]) -> tuple[str, str]:
    """The tone of a benefit's state, and its word."""
    states = {version.state for version in versions}
    if benefit.retired_on is not None:
        return "quiet", str(pgettext_lazy("benefit", "retired"))
    if State.APPROVED in states:
        return "ok", str(_("in force"))
    return ("warn", str(State.IN_REVIEW.label)) if State.IN_REVIEW in states else ("quiet", str(State.DRAFT.label))


def _saved(request: HttpRequest, draft: BenefitVersion, form: DraftForm, *, by: User) -> bool:
    terms = {name: form.cleaned_data[name] for name in catalogue.TERMS}
    return tried(
        request,
        lambda: catalogue.save_draft(draft, terms, list(form.cleaned_data["stores"]), by=by),
        done=_now("Saved."),
    )


def _found(pk: str) -> Benefit:
    found = Benefit.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise Http404
    return found


def _told(version: BenefitVersion | None) -> list[tuple[str, str]]:
    """What a version says, in words."""
    words = wording.WORDS
    return [(str(words[name].label), words[name].show(value)) for name, value in catalogue.terms_of(version).items()]


def _line(line: figures.Line) -> dict[str, Any]:
    most = max(line.by_month, default=0) or 1
    bars = [
        {"x": 8 * place, "y": 24 - 24 * count // most, "height": 24 * count // most}
        for place, count in enumerate(line.by_month)
    ]
    return {
        "line": line,
        "kind": wording.KINDS[line.kind],
        "advice": wording.ADVICE[line.suggestion.advice],
        "tone": {"keep": "ok", "change": "warn", "retire": "bad", "wait": "quiet"}[line.suggestion.advice],
        "because": wording.BECAUSE[line.suggestion.because],
        "reach": _share(line.figures.reach_bps),
        "cost_share": _share(line.figures.cost_bps),
        "bars": bars,
        "width": 8 * len(bars),
    }


def _share(bps: int | None) -> str:
    return "—" if bps is None else f"{bps / 100:.0f}\N{NO-BREAK SPACE}%"
