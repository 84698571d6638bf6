"""Revealing one masked field on a staff page (SEC-03)."""

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core import refusals, reveals
from core.admin.base import ModelAdmin
from core.models import User
from core.refusals import Refusal
from core.request import reason_of


@never_cache
@require_POST
def reveal(request: HttpRequest, app: str, model: str, pk: str, field: str) -> HttpResponse:
    """The value as a fragment in place of the mask; a refusal is shown beside it, so that a reason can still be given."""
    page, row = _page_and_row(request, app, model, pk)
    if field not in page.masked_fields or not isinstance(request.user, User):
        raise Http404
    try:
        value = reveals.reveal(row, field, by=request.user, reason=reason_of(request), member_id=page.member_id_of(row))
    except Refusal as refusal:
        return _refused(request, refusal)
    return render(request, "admin/core/_reveal.html", {"value": value})


def _page_and_row(request: HttpRequest, app: str, model: str, pk: str) -> tuple[ModelAdmin, Model]:
    """Through the model's own page, so that its scope holds; what may not be seen does not exist."""
    for cls, page in admin.site._registry.items():
        if (cls._meta.app_label, cls._meta.model_name) == (app, model) and isinstance(page, ModelAdmin):
            row = page.may_see(request, pk)
            if row is not None:
                return page, row
    raise Http404


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """htmx swaps only what succeeds, so that its answer says 200 and where the sentence belongs."""
    wanted = request.headers.get("HX-Request") == "true"
    answer = render(
        request,
        "admin/core/_reveal.html",
        {"refusal": refusals.said(refusal)},
        status=200 if wanted else refusal.status,
    )
    if wanted:
        answer["HX-Retarget"] = "next [data-answer]"
        answer["HX-Reswap"] = "innerHTML"
    return answer
