"""The product studio: a draft as one designed page, and a version once it is submitted (CARD-01, CARD-05)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin import figures as live
from cards.admin.pages import page, staff, tried, viewer
from cards.admin.product_pages import VIEW, found
from cards.forms import products as forms
from cards.models import LaunchPlan, ProductVersion
from cards.operations import faces, versions
from cards.policy.states import VersionState
from cards.queries import contents, launches
from cards.wording import products as words
from core import access, clock, refusals
from core.models import User
from core.request import reason_of
from core.rules import RuleBroken

STEPS: dict[str, tuple[Callable[..., object], str | Promise]] = {
    "withdraw": (versions.withdraw, _("Withdrawn. It is a draft again.")),
    "rework": (versions.rework, _("It is a draft again.")),
}
NEVER_SEEN = -1
"""The count of edits of a desk that did not say which draft it shows: it is stale."""


@dataclass
class Desk:
    """The three forms of the studio over one draft."""

    terms: forms.TermsForm
    benefits: forms.BenefitRows
    plan: forms.PlanForm

    @classmethod
    def over(cls, draft: ProductVersion, request: HttpRequest | None = None) -> "Desk":
        plan = contents.plan_of(draft) or LaunchPlan(version=draft)
        data, files = (request.POST, request.FILES) if request else (None, None)
        rows = [contents.benefit_row(benefit) for benefit in contents.benefits_of(draft)] if request is None else None
        return cls(
            terms=forms.TermsForm(data, files, instance=draft),
            benefits=forms.benefit_rows(data, initial=rows),
            plan=forms.PlanForm(data, instance=plan, prefix="plan"),
        )

    def is_valid(self) -> bool:
        return all([self.terms.is_valid(), self.benefits.is_valid(), self.plan.is_valid()])

    def content(self, *, picture: str = "") -> versions.Content:
        return forms.content(self.terms, self.benefits, self.plan, picture=picture)


def draft_of(pk: int, number: int) -> ProductVersion:
    product = found(pk)
    rows = product.versions.select_related("author", "agreement", "approval__author", "approval__decided_by")
    version = rows.filter(number=number).first()
    if version is None:
        raise Http404
    version.product = product
    return version


def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A draft in the studio; a submitted version as it was submitted."""
    user = staff(request)
    draft = draft_of(pk, number)
    if request.method == "POST":
        return _save(request, draft, by=user)
    viewer(request, VIEW)
    if draft.state == VersionState.DRAFT and access.allows(user, versions.RIGHT):
        return _studio(request, draft, Desk.over(draft))
    return _submitted(request, draft, user)


def _save(request: HttpRequest, draft: ProductVersion, *, by: User) -> HttpResponse:
    """Keep what is on the desk; with `submit`, ask for approval too. Nothing is lost when something is refused."""
    desk = Desk.over(draft, request)
    if not desk.is_valid():
        viewer(request, VIEW)
        return _studio(request, draft, desk, status=422)
    try:
        seen = request.POST.get("edits", "")
        edits = int(seen) if seen.isdecimal() else NEVER_SEEN
        upload = request.FILES.get("picture")
        content = desk.content(picture=faces.keep(upload) if upload else "")
        saved = versions.save_draft(draft, content, by=by, edits=edits)
        if "submit" not in request.POST:
            messages.success(request, _now("Saved."))
            return redirect("admin:cards_product_version", draft.product_id, draft.number)
        asked = versions.submit(saved, by=by, reason=reason_of(request), edits=saved.edits)
    except (RuleBroken, ValueError) as refusal:
        return _refused(request, draft, desk, refusal)
    messages.success(request, _now("Sent for approval. A second person decides."))
    return redirect("admin:core_approval_change", asked.pk)


def _refused(request: HttpRequest, draft: ProductVersion, desk: Desk, refusal: Exception) -> HttpResponse:
    if not isinstance(refusal, RuleBroken):
        raise Http404 from refusal
    if isinstance(refusal, refusals.Refusal) and refusal.status == 403:
        raise refusal
    if refusal.code.startswith("image_"):
        desk.terms.add_error("picture", refusals.said(refusal))
    else:
        desk.terms.add_error(None, refusals.said(refusal))
    fresh = draft_of(draft.product_id, draft.number)
    seen = request.POST.get("edits", "") if refusal.code == "stale" else fresh.edits
    return _studio(request, fresh, desk, status=409, edits=seen)


def _studio(
    request: HttpRequest, draft: ProductVersion, desk: Desk, *, status: int = 200, edits: int | str | None = None
) -> HttpResponse:
    name = draft.localized_name or draft.product.code
    return page(
        request,
        "admin/cards/studio.html",
        status=status,
        title=_now("%(name)s · draft of version %(number)s") % {"name": name, "number": draft.number},
        draft=draft,
        desk=desk,
        blank=desk.benefits.empty_form,
        edits=draft.edits if edits is None else edits,
        wrong=bool(desk.terms.errors or desk.plan.errors or desk.benefits.total_error_count()),
        reason=reason_of(request),
        figures=live.of_version(draft),
        checklist=words.checklist(launches.completeness(draft, day=clock.today())),
        currency=draft.currency,
    )


@require_POST
def figures(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What the figures beside the form say about what stands in it, saved or not."""
    viewer(request, VIEW)
    draft = draft_of(pk, number)
    desk = Desk.over(draft, request)
    desk.is_valid()
    return page(request, "admin/cards/_figures.html", figures=live.of_desk(draft, desk.terms, desk.benefits))


def _submitted(request: HttpRequest, shown: ProductVersion, user: User) -> HttpResponse:
    before = shown.product.versions.filter(number__lt=shown.number, state=VersionState.APPROVED).order_by("-number")
    mine = shown.approval is not None and shown.approval.author == user
    may = access.allows(user, versions.RIGHT)
    return page(
        request,
        "admin/cards/version.html",
        title=f"{shown.localized_name or shown.product.code} · v{shown.number}",
        version=shown,
        before=before.first(),
        changes=_changes(before.first(), shown),
        benefits=contents.benefits_of(shown),
        plan=contents.plan_of(shown),
        figures=live.of_version(shown),
        may_withdraw=may and mine and shown.state == VersionState.IN_REVIEW,
        may_rework=may and shown.state == VersionState.REJECTED,
    )


def _changes(before: ProductVersion | None, after: ProductVersion) -> list[dict[str, Any]]:
    """The rows that differ from the approved version before, in words; everything for the first one."""
    was = contents.flat(before) if before else {}
    will_be = contents.flat(after)
    rows = []
    shown_as = words.words_of(list(dict.fromkeys([*will_be, *was])))
    for code, word in shown_as.items():
        if was.get(code) != will_be.get(code):
            shown = [word.show(side[code]) if code in side else "" for side in (was, will_be)]
            rows.append({"label": word.label, "before": shown[0], "after": shown[1]})
    return rows


@require_POST
def act(request: HttpRequest, pk: int, number: int, verb: str) -> HttpResponse:
    """Withdraw or rework a version."""
    user, chosen = staff(request), draft_of(pk, number)
    if verb not in STEPS:
        raise Http404
    step, done = STEPS[verb]
    tried(request, partial(step, chosen, by=user), done=str(done))
    return redirect("admin:cards_product_version", chosen.product_id, chosen.number)
