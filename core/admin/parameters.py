"""The policy's parameters in the back office: in force, scheduled, their history, and asking for a change (SEC-07)."""

from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import access, clock, parameter_display, parameter_revisions, parameter_values, parameters, refusals
from core.models import Approval, User
from core.parameter_forms import ParameterForm
from core.rules import RuleBroken

VIEW = "core.view_parameterrevision"
PROPOSE = "core.propose_parameter"
DEPARTMENTS: dict[str, str | Promise] = {
    "operations": gettext_lazy("Operations planning"),
    "service": gettext_lazy("Member service"),
    "expansion": gettext_lazy("Member expansion"),
    "analysis": gettext_lazy("Data analysis"),
    "finance": gettext_lazy("Finance"),
    "stores": gettext_lazy("Stores"),
}


def overview(request: HttpRequest) -> HttpResponse:
    """Every area, department by department, with its values in force today."""
    access.require(request.user, VIEW)
    shown = [{"area": area, "rows": _rows(area)} for area in parameters.areas()]
    groups = [
        {"title": DEPARTMENTS.get(department, department), "areas": list(areas)}
        for department, areas in groupby(shown, key=lambda one: one["area"].department)  # type: ignore[attr-defined]
    ]
    return _page(request, "admin/core/parameters.html", title=_("Policy parameters"), groups=groups)


def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area: values with unit and clause, what is scheduled, the history, and the form that asks for a change."""
    access.require(request.user, VIEW)
    found = parameters.area_of(code)
    if found is None or not isinstance(request.user, User):
        raise Http404
    values = parameter_values.to_json(parameters.in_force(found.cls))
    may_propose = access.allows(request.user, PROPOSE)
    form = ParameterForm(found, values, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        access.require(request.user, PROPOSE)
        asked = _propose(found, form, values, by=request.user) if form.is_valid() else None
        if asked:
            messages.success(request, _("Sent for approval. It takes effect once a second person has approved it."))
            return redirect("admin:core_approval_change", asked.pk)
    fields = parameter_display.fields_of(found)
    return _page(
        request,
        "admin/core/parameter_area.html",
        title=str(found.title),
        area=found,
        rows=_rows(found),
        history=[_told(revision, fields) for revision in parameters.history(code)],
        waiting=Approval.objects.filter(kind="parameter", subject=f"core.parameter:{code}", state="pending").first(),
        form=form if may_propose else None,
        form_rows=_form_rows(form),
        status=422 if request.method == "POST" else 200,
    )


def _propose(found: parameters.Area, form: ParameterForm, values: dict[str, Any], *, by: User) -> Approval | None:
    """Ask for what was changed on the form; what the policy refuses is shown beside the field that it names."""
    typed = form.values()
    changed = {name: value for name, value in typed.items() if value != values[name]}
    try:
        return parameter_revisions.propose(
            found.code, values=changed, effective_on=form.day(), reason=form.cleaned_data["reason"], author=by
        )
    except RuleBroken as refusal:
        params = dict(refusal.params)
        named = str(params.get("field", "")).split(".")
        place = next((part for part in form.parts if part.name == named[0]), None)
        if place:
            params["field"] = place.label
        sentence = refusals.sentence(refusal.code, **params)
        day = "effective_on" if refusal.code == "parameter_backdated" else None
        form.add_error(place.name if place and place.name in form.fields else day, sentence)
        return None


def _rows(found: parameters.Area) -> list[dict[str, Any]]:
    values = parameter_values.to_json(parameters.in_force(found.cls))
    defaults = parameter_values.to_json(found.cls())
    rows = []
    for field in parameter_display.fields_of(found):
        upcoming = parameters.next_change(found.cls, field.name, after=clock.today())
        rows.append(
            {
                "field": field,
                "value": field.show(values[field.name]),
                "default": field.show(defaults[field.name]) if values[field.name] != defaults[field.name] else "",
                "next_on": upcoming[0] if upcoming else None,
                "next": field.show(upcoming[1]) if upcoming else "",
            }
        )
    return rows


def _told(revision: Any, fields: list[parameter_display.Field]) -> dict[str, Any]:
    named = {field.name: field for field in fields}
    before = revision.approval.before
    changes = [
        (
            named[name].label if name in named else name,
            named[name].show(before.get(name)) if name in named else before.get(name),
            named[name].show(value) if name in named else value,
        )
        for name, value in revision.values.items()
    ]
    return {"revision": revision, "changes": changes}


def _form_rows(form: ParameterForm) -> list[dict[str, Any]]:
    shown = []
    for part in form.parts:
        if part.inner:
            cells = [[form[name] for name in names.values()] for names in form.rows[part.name]]
            shown.append({"part": part, "heads": [inner.label for inner in part.inner], "cells": cells})
        else:
            shown.append({"part": part, "field": form[part.name]})
    return shown


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)
