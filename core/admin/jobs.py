"""Jobs in the back office: start one, watch it, leave it and find it again, try again what it set aside."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import access, jobs, poison, refusals, sweeps
from core.admin.base import ReadOnly, moment, number, state
from core.models import JobRun, PoisonRow, User
from core.refusals import Refusal

POISON_SHOWN = 50


@admin.register(JobRun)
class JobRunAdmin(ReadOnly):
    list_display = (
        "named",
        state(gettext_lazy("state")),
        number("done", gettext_lazy("rows done")),
        number("total", gettext_lazy("rows due")),
        number("failed", gettext_lazy("set aside")),
        moment("started_at", gettext_lazy("started at")),
        moment("finished_at", gettext_lazy("finished at")),
        "requested_by",
    )
    list_display_links = ("named",)
    list_filter = ("state",)
    list_select_related = ("requested_by",)
    list_before_template = "admin/core/_job_start.html"
    search_exact = ("job",)

    @admin.display(description=gettext_lazy("job"), ordering="job")
    def named(self, row: JobRun) -> str:
        return label_of(row)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("start/<str:name>/", inside(require_POST(self.start)), name="core_jobrun_start"),
            path("<int:pk>/progress/", inside(require_safe(self.progress)), name="core_jobrun_progress"),
            path("poison/<int:pk>/retry/", inside(require_POST(self.retry)), name="core_jobrun_retry"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        startable = [one for one in sweeps.registered() if access.allows(request.user, one.right)]
        return super().changelist_view(request, {**(extra_context or {}), "startable": startable})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self._found(request, object_id)
        shown = {**self.admin_site.each_context(request), "title": label_of(run), "opts": self.opts}
        return TemplateResponse(request, "admin/core/job.html", shown | self._shown(request, run))

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The moving part of the page, asked for again while the job runs."""
        run = self._found(request, str(pk))
        return TemplateResponse(request, "admin/core/_job_progress.html", self._shown(request, run))

    def start(self, request: HttpRequest, name: str) -> HttpResponse:
        """Note that a run is wanted and call a worker; when none hears, beat calls one within a minute."""
        run = sweeps.request(name, by=_user(request))
        transaction.on_commit(jobs.call_a_worker)
        return redirect("admin:core_jobrun_change", run.pk)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = PoisonRow.objects.select_related("run").filter(pk=pk).first()
        if row is None or not self.has_view_permission(request):
            raise Http404
        try:
            if poison.retry(row, by=_user(request)):
                messages.success(request, _("Done this time."))
            else:
                messages.error(request, _("It failed again; the newest error is shown."))
        except Refusal as refusal:
            if refusal.status == HTTPStatus.FORBIDDEN:
                raise
            messages.error(request, refusals.said(refusal))
        return redirect("admin:core_jobrun_change", row.run_id)

    def _found(self, request: HttpRequest, pk: str) -> JobRun:
        row = self.may_see(request, pk)
        if not isinstance(row, JobRun):
            raise Http404
        return row

    def _shown(self, request: HttpRequest, run: JobRun) -> dict[str, Any]:
        open_rows: QuerySet[PoisonRow] = run.poison.filter(resolved_at__isnull=True).order_by("id")
        counted = run.done + run.failed
        return {
            "run": run,
            "moving": run.state in {JobRun.State.WAITING, JobRun.State.RUNNING},
            "counted": counted,
            "share": min(100, 100 * counted // run.total) if run.total else None,
            "poison": list(open_rows[:POISON_SHOWN]),
            "on": parse_date(run.params.get("on", "")),
            "may_retry": access.allows(request.user, "core.start_job"),
        }


def label_of(run: JobRun) -> str:
    name, shard = sweeps.parts_of(run.job)
    known = next((one for one in sweeps.registered() if one.name == name), None)
    label = str(known.label or name) if known else name
    return f"{label} ({shard[0]}/{shard[1]})" if shard else label


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
