"""Files of purchases in the back office (MEM-13 · B3.1): hand in, name the columns, look, decide, follow, undo."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cards.admin.pages import page, staff, tried
from core import access, jobs, refusals, show, spreadsheet
from core.admin import ReadOnly
from core.admin.base import moment, number, state
from core.request import reason_of
from core.rules import RuleBroken
from loyalty.admin.import_forms import FileForm, LayoutForm
from loyalty.models import MemberReference, PurchaseImport
from loyalty.operations import imports, references
from loyalty.queries import imports as facts

State = PurchaseImport.State
MOVING = {State.CHECKING: "imports.read", State.RECORDING: "imports.record", State.UNDOING: "imports.undo"}
TEMPLATE = (
    ("Receipt number", "Date", "Member", "Store", "Article", "Category", "Quantity", "Amount"),
    ("R-1001", "2026-11-20 14:05", "1000000008", "SH1", "W-2019", "wine", 2, 120.50),
    ("R-1001", "2026-11-20 14:05", "1000000008", "SH1", "B-0007", "food", 1, 7.50),
    ("R-1002", "2026-11-21 10:30", "1000000008", "SH1", "W-2019", "wine", -1, -60.25),
)


@admin.register(PurchaseImport)
class PurchaseImportAdmin(ReadOnly):
    list_display = (
        "name",
        "origin",
        state(gettext_lazy("state")),
        number("rows", gettext_lazy("rows")),
        number("recorded", gettext_lazy("recorded")),
        number("refused", gettext_lazy("refused")),
        moment("uploaded_at", gettext_lazy("handed in at")),
        "uploaded_by",
    )
    list_filter = ("state",)
    list_select_related = ("uploaded_by",)
    search_exact = ("origin",)
    search_prefix = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, imports.RIGHT)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("template.csv", inside(require_safe(self.template)), name="loyalty_purchaseimport_template"),
            path("<int:pk>/do/<slug:verb>/", inside(require_POST(self.act)), name="loyalty_purchaseimport_act"),
            path("<int:pk>/progress/", inside(require_safe(self.progress)), name="loyalty_purchaseimport_progress"),
            path("<int:pk>/faults.csv", inside(require_safe(self.faults)), name="loyalty_purchaseimport_faults"),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A file that was handed in before leads to where it is."""
        user = staff(request)
        access.require(user, imports.RIGHT)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = imports.hand_in(file.read(), name=file.name, origin=form.cleaned_data["origin"], by=user)
            except RuleBroken as refusal:
                form.add_error("file", refusals.said(refusal))
            else:
                if row.state != State.MAPPING:
                    messages.warning(request, _("This file was handed in before. Here is what became of it."))
                return redirect("admin:loyalty_purchaseimport_change", row.pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return page(request, "admin/loyalty/import_file.html", status=status, title=_("Import purchases"), form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._found(request, object_id))

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The moving part of the page; at the end of the work it has the whole page loaded anew."""
        row = self._found(request, str(pk))
        if row.state not in MOVING:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return TemplateResponse(request, "admin/loyalty/_import_progress.html", {"row": row, **_progress(row)})

    def faults(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        """What was wrong, row by row, as a table."""
        row = self._found(request, str(pk))
        access.require(request.user, imports.RIGHT)
        return _csv(facts.faults_table(row), f"faults-{row.pk}.csv")

    def template(self, request: HttpRequest) -> StreamingHttpResponse:
        """A file as it is best handed in."""
        access.require(request.user, imports.RIGHT)
        return _csv(TEMPLATE, "purchases.csv")

    def act(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Name the columns, name them anew, decide, throw away, undo."""
        user, row = staff(request), self._found(request, str(pk))
        access.require(user, imports.RIGHT)
        if verb == "layout":
            return self._layout(request, row)
        verbs: dict[str, tuple[Callable[[], object], str]] = {
            "anew": (partial(imports.name_anew, row, by=user), _("Name the columns again.")),
            "confirm": (partial(imports.confirm, row, by=user), _("The receipts are being recorded.")),
            "undo": (partial(imports.undo, row, by=user, reason=reason_of(request)), _("The file is being undone.")),
            "discard": (partial(imports.discard, row, by=user), _("Thrown away.")),
        }
        if verb not in verbs:
            raise Http404
        does, done = verbs[verb]
        went = tried(request, does, done=done)
        _call_a_worker(row)
        if went and verb == "discard":
            return redirect("admin:loyalty_purchaseimport_changelist")
        return redirect("admin:loyalty_purchaseimport_change", pk)

    def _layout(self, request: HttpRequest, row: PurchaseImport) -> HttpResponse:
        form = LayoutForm(request.POST, of=row)
        if not form.is_valid():
            return self._page(request, row, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            imports.name_columns(
                row, columns=form.columns, options=form.options, store=form.cleaned_data["store"], by=staff(request)
            )
        except RuleBroken as refusal:
            form.add_error(None, refusals.said(refusal))
            return self._page(request, row, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        _call_a_worker(row)
        return redirect("admin:loyalty_purchaseimport_change", row.pk)

    def _found(self, request: HttpRequest, pk: str) -> PurchaseImport:
        row = self.may_see(request, pk)
        if not isinstance(row, PurchaseImport):
            raise Http404
        return row

    def _page(
        self, request: HttpRequest, row: PurchaseImport, *, form: forms.Form | None = None, status: int = 200
    ) -> HttpResponse:
        may = access.allows(request.user, imports.RIGHT)
        naming = row.state == State.MAPPING
        return page(
            request,
            "admin/loyalty/import.html",
            status=status,
            title=row.name,
            opts=self.opts,
            row=row,
            may=may,
            naming=naming,
            form=(form or LayoutForm(of=row)) if naming and may else None,
            first=facts.first_rows(row) if naming and may else [],
            **_progress(row),
            **({} if naming or row.state == State.CHECKING else _content(row)),
        )


def _content(row: PurchaseImport) -> dict[str, Any]:
    return {
        "totals": facts.totals(row),
        "receipts": facts.receipts(row),
        "kinds": facts.kinds_of_faults(row),
        "faults": [(one, refusals.sentence(one.code, **one.params)) for one in facts.faults(row)],
    }


def _progress(row: PurchaseImport) -> dict[str, Any]:
    """How far the work is, for the bar."""
    done, of = {
        State.CHECKING: (row.rows_read, row.rows),
        State.RECORDING: (row.recorded + row.repeated + row.refused, row.receipts),
        State.UNDOING: (row.undone + row.kept, row.recorded),
    }.get(State(row.state), (0, 0))
    return {"moving": row.state in MOVING, "done": done, "of": of, "share": min(100, 100 * done // of) if of else None}


def _call_a_worker(row: PurchaseImport) -> None:
    found = PurchaseImport.objects.filter(pk=row.pk).first()
    if found is not None and (job := MOVING.get(State(found.state))):
        jobs.call(job)


def _csv(rows: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(spreadsheet.csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@admin.register(MemberReference)
class MemberReferenceAdmin(ReadOnly):
    list_display = ("reference", "source", "member", moment("made_at", gettext_lazy("made at")))
    list_select_related = ("member",)
    search_exact = ("reference", "member__number")
    fields = readonly_fields = ("source", "reference", "member", "made_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, imports.RIGHT)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        user = staff(request)
        access.require(user, imports.RIGHT)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                added, unknown = references.enter(
                    form.cleaned_data["file"].read(), source=form.cleaned_data["origin"], by=user
                )
            except RuleBroken as refusal:
                form.add_error("file", refusals.said(refusal))
            else:
                messages.success(request, _("Added: %(count)s customer numbers.") % {"count": show.number(added)})
                if unknown:
                    rows = ", ".join(str(one) for one in unknown[:20])
                    messages.warning(request, _("These rows name nobody: %(rows)s") % {"rows": rows})
                return redirect("admin:loyalty_memberreference_changelist")
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return page(
            request, "admin/loyalty/import_file.html", status=status, title=_("Customer numbers"), form=form,
            lead=_("Two columns with headings: the customer number of the other system, and our member number."),
        )  # fmt: skip
