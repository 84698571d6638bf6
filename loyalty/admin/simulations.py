"""Simulations in the back office: ask one, watch it, look at what came of it, propose it (LOY-17)."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import access, jobs, refusals, sweeps, words
from core.admin.base import EstimatingPaginator, ReadOnly, moment, state
from core.models import User
from core.parameter_revisions import PROPOSE
from core.refusals import Refusal
from core.rules import RuleBroken
from core.spreadsheet import csv_lines
from loyalty.admin import simulation_forms, simulation_result
from loyalty.models import EarnRule, Simulation
from loyalty.operations import simulations
from loyalty.wording import simulations as told

RIGHT = simulations.RUN
MOVES_A_PAGE = 50
RULES_SHOWN = 50
ASKED = simulations.ASKED


@admin.register(Simulation)
class SimulationAdmin(ReadOnly):
    list_display = (
        "named",
        state(gettext_lazy("state")),
        "what_changes",
        "result_in_words",
        "author",
        moment("asked_at", gettext_lazy("asked at")),
    )
    list_display_links = ("named",)
    list_filter = ("state",)
    list_select_related = ("author",)

    @admin.display(description=gettext_lazy("simulation"), ordering="pk")
    def named(self, row: Simulation) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("what changes"))
    def what_changes(self, row: Simulation) -> str:
        return told.in_short(row)

    @admin.display(description=gettext_lazy("result"))
    def result_in_words(self, row: Simulation) -> str:
        return told.headline(row) or "—"

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", inside(require_safe(self.progress)), name="loyalty_simulation_progress"),
            path("<int:pk>/moves/", inside(require_safe(self.moves)), name="loyalty_simulation_moves"),
            path("<int:pk>/csv/<slug:table>/", inside(require_safe(self.csv)), name="loyalty_simulation_csv"),
            path("<int:pk>/cancel/", inside(require_POST(self.cancel)), name="loyalty_simulation_cancel"),
            path("<int:pk>/propose/", inside(require_POST(self.propose)), name="loyalty_simulation_propose"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, RIGHT)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everything as it is in force, or as an earlier simulation asked (`?like=`), to be changed."""
        access.require(request.user, RIGHT)
        data = request.POST if request.method == "POST" else None
        like = self.may_see(request, request.GET.get("like", ""))
        question = like.question if isinstance(like, Simulation) else {}
        period = simulation_forms.PeriodForm(data)
        areas = simulation_forms.areas(question, data)
        rules = simulation_forms.rules(question, _rules_now(), data)
        if data is not None:
            wrong = [form for form in (period, *areas.values(), *rules) if not form.is_valid()]
            asked = None if wrong else self._ask(request, period, areas, rules)
            if asked is not None:
                return redirect("admin:loyalty_simulation_change", asked.pk)
        shown = {
            "title": _("Try a change on the real history"),
            "period": period,
            "areas": [(form.title, form, list(form.shown())) for form in areas.values()],
            "rules": rules,
            "failed": data is not None,
            "opts": self.opts,
        }
        return self._page(request, "admin/loyalty/simulate.html", shown, status=422 if data is not None else 200)

    def _ask(self, request: HttpRequest, period: Any, areas: dict[str, Any], rules: list[Any]) -> Simulation | None:
        """Ask for it, and call a worker; what the policy refuses is said beside the field that it names."""
        try:
            question: dict[str, Any] = {name: form.changed_values() for name, form in areas.items()}
            question["rules"] = {one.rule.code: said for one in rules if (said := one.definition()) != one.now}
            with transaction.atomic():
                asked = simulations.ask(question, months=period.cleaned_data["months"], author=_user(request))
                sweeps.request("loyalty.simulate", by=_user(request))
                transaction.on_commit(jobs.call_a_worker)
        except RuleBroken as refusal:
            if getattr(refusal, "status", None) == HTTPStatus.FORBIDDEN:
                raise
            named = str(refusal.params.get("field", "")).split(".")[0]
            form = next((one for one in areas.values() if named in {part.name for part in one.parts}), None)
            if form is not None:
                form.refused(refusal)
            else:
                period.add_error(None, refusals.said(refusal))
            return None
        return asked

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._found(request, object_id)
        return self._result(request, row, simulation_forms.ProposalForm(initial=_proposed(row)))

    def _result(self, request: HttpRequest, row: Simulation, form: Any, *, status: int = 200) -> HttpResponse:
        done = row.state == Simulation.State.DONE
        approvals = list(row.approvals.order_by("pk"))
        shown = {
            "title": _("Simulation %(number)s") % {"number": row},
            "opts": self.opts,
            "row": row,
            "changes": told.changes(row),
            "may_ask": access.allows(request.user, RIGHT),
            "may_propose": done and access.allows(request.user, PROPOSE),
            "approvals": approvals,
            "asked_for": any(one.state in ASKED for one in approvals),
            "form": form,
            **_progress(row),
            **(simulation_result.of(row) if done else {}),
        }
        return self._page(request, "admin/loyalty/simulation.html", shown, status=status)

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The moving part of the page, asked for again while it runs; once it has ended the page is shown anew."""
        row = self._found(request, str(pk))
        answer = self._page(request, "admin/loyalty/_simulation_progress.html", _progress(row))
        if row.state not in Simulation.OPEN:
            answer["HX-Refresh"] = "true"
        return answer

    def moves(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who moves, from which tier to which; found by the number of a member."""
        row = self._found(request, str(pk))
        rows = row.moves.select_related("member").order_by("from_tier", "to_tier", "member_id")
        chosen = {side: _tier(row, request.GET.get(side, "")) for side in ("from", "to")}
        for side, tier in chosen.items():
            rows = rows.filter(**{f"{side}_tier": tier}) if tier else rows
        term = request.GET.get("q", "").replace("\x00", "").strip()[:40]
        if term:
            rows = rows.filter(member__number=term)
        page = EstimatingPaginator(rows, MOVES_A_PAGE).get_page(request.GET.get("page"))
        shown = {
            "title": _("Who moves in simulation %(number)s") % {"number": row},
            "opts": self.opts,
            "row": row,
            "page": page,
            "moves": [
                (move, *(words.of(words.TIER, tier) for tier in (move.from_tier, move.to_tier))) for move in page
            ],
            "term": term,
            "chosen": chosen,
            "tiers": [(code, words.of(words.TIER, code)) for code in row.result.get("ladder", ())],
            "may_open": access.allows(request.user, "members.view_member"),
        }
        return self._page(request, "admin/loyalty/simulation_moves.html", shown)

    def csv(self, request: HttpRequest, pk: int, table: str) -> HttpResponse | StreamingHttpResponse:
        row = self._found(request, str(pk))
        tables = {"months": simulation_result.months_csv, "members": simulation_result.moves_csv}
        if table not in tables or row.state != Simulation.State.DONE:
            raise Http404
        answer = StreamingHttpResponse(csv_lines(tables[table](row)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="simulation-{row.pk}-{table}.csv"'
        return answer

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        simulations.cancel(self._found(request, str(pk)), by=_user(request))
        return redirect("admin:loyalty_simulation_change", pk)

    def propose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One click: the requests for what was simulated, all or none. Sent twice, they are asked for once."""
        access.require(request.user, PROPOSE)
        row = self._found(request, str(pk))
        form = simulation_forms.ProposalForm(request.POST)
        if form.is_valid():
            try:
                asked = simulations.propose(row, **form.cleaned_data, author=_user(request))
            except RuleBroken as refusal:
                if isinstance(refusal, Refusal) and refusal.status == HTTPStatus.FORBIDDEN:
                    raise
                day = "effective_on" if refusal.code.endswith("backdated") else None
                form.add_error(day, refusals.said(refusal))
            else:
                messages.success(request, _("Sent for approval. It takes effect once a second person has approved it."))
                if len(asked) == 1:
                    return redirect("admin:core_approval_change", asked[0].pk)
                return redirect("admin:loyalty_simulation_change", row.pk)
        return self._result(request, row, form, status=422)

    def _found(self, request: HttpRequest, pk: str) -> Simulation:
        row = self.may_see(request, pk)
        if not isinstance(row, Simulation):
            raise Http404
        return row

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("author")

    def _page(self, request: HttpRequest, template: str, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **shown}, status=status)


def _progress(row: Simulation) -> dict[str, Any]:
    share = min(100, 100 * row.members_done // row.members_total) if row.members_total else None
    return {"row": row, "moving": row.state in Simulation.OPEN, "share": share}


def _proposed(row: Simulation) -> dict[str, Any]:
    reason = _("Simulation %(number)s: %(result)s") % {"number": row, "result": told.headline(row)}
    return {"effective_on": simulation_forms.next_month().isoformat(), "reason": reason}


def _tier(row: Simulation, code: str) -> str:
    return code if code in row.result.get("ladder", ()) else ""


def _rules_now() -> list[tuple[EarnRule, dict[str, Any]]]:
    """The earn rules about purchases that are in force or agreed upon."""
    rules = EarnRule.objects.prefetch_related("versions").order_by("code")[:RULES_SHOWN]
    newest = ((rule, max(rule.versions.all(), key=lambda one: one.number, default=None)) for rule in rules)
    return [
        (rule, dict(version.definition))
        for rule, version in newest
        if version and version.definition and version.definition.get("kind") == "purchase"
    ]


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
