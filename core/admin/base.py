"""What every page of the back office is built on: fast at a million rows, masked, read-only where it must be."""

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import URLPattern, reverse
from django.utils.functional import Promise, cached_property
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.views import ChangeList as UnfoldChangeList

from core import audit, fields, masking, reveals, show, words
from core import request as current_request
from core.templatetags import ui

COUNTED = 10_000
MAX_TERM = 200
LONGEST_KEY = 19
NEWEST = 2_000

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
    _Paginator = Paginator[Any]
else:
    _Base, _Paginator = UnfoldModelAdmin, Paginator


class EstimatingPaginator(_Paginator):
    """Never counts a big table: PostgreSQL's own estimate for the whole of it, and at most `COUNTED` for a selection.

    Pages beyond the first `COUNTED` rows are not offered: whoever needs them narrows the list.
    """

    template_name = "admin/core/pagination.html"

    @cached_property
    def _found(self) -> tuple[int, bool]:
        """How many rows, and whether that is exact."""
        if (estimate := self._estimate()) > COUNTED:
            return estimate, False
        counted = self._rows.order_by()[: COUNTED + 1].count()
        return min(counted, COUNTED), counted <= COUNTED

    @property
    def _rows(self) -> QuerySet[Any]:
        return cast("QuerySet[Any]", self.object_list)

    def _estimate(self) -> int:
        rows = self._rows
        whole = not (rows.query.where or rows.query.distinct or rows.query.is_sliced or rows.query.combinator)
        if connection.vendor != "postgresql" or not whole:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table]
            )
            found = cursor.fetchone()
        return found[0] if found else 0

    @cached_property
    def count(self) -> int:
        """What the pages are counted from."""
        return min(self._found[0], COUNTED)

    @property
    def told(self) -> str:
        """What the reader is told: `312`, `more than 10,000`, `about 1,204,000`."""
        number, exact = self._found
        if exact:
            return show.number(number)
        if number == COUNTED:
            return _("more than %(number)s") % {"number": show.number(number)}
        return _("about %(number)s") % {"number": show.number(round(number, -3))}


class ChangeList(UnfoldChangeList):  # type: ignore[misc]
    """Says the number of rows once, below the list, where the paginator knows how exact it is."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """A search that could not be read (it holds a NUL, say) finds nothing, rather than everything."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows.none() if request.GET.get(SEARCH_VAR, "").strip() and not self.query else rows


class ModelAdmin(_Base):
    """The base of every model's pages.

    The search box asks indexes only: `search_exact` and `search_prefix` name columns, `search_sealed` blind indexes;
    override `search_index` for anything else. `masked_fields` are shown masked and revealed one by one.
    """

    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each facet counts the whole table
    list_per_page = 50
    list_max_show_all = 200
    search_exact: tuple[str, ...] = ()
    search_prefix: tuple[str, ...] = ()
    search_sealed: tuple[str, ...] = ()
    masked_fields: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ChangeList

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        named = self.search_exact + self.search_prefix + self.search_sealed
        overridden = type(self).search_index is not ModelAdmin.search_index
        return named or (("pk",) if overridden else ())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = unicodedata.normalize("NFKC", search_term[:MAX_TERM]).replace("\x00", "").strip()
        return (self.search_index(request, queryset, term), False) if term else (queryset, False)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Find by indexes, never by scanning: equal, beginning with, or the same when sealed."""
        wanted = [Q(**{name: term}) for name in self.search_exact]
        wanted += [Q(**{f"{name}__startswith": term}) for name in self.search_prefix]
        wanted += [Q(**{name: fields.digest_in(self.model, name, term)}) for name in self.search_sealed]
        if not wanted:
            return rows.none()
        # Each key by its own index: an OR over columns of several tables would read every row.
        found = [self.model._base_manager.filter(one).order_by().values("pk") for one in wanted]
        return rows.filter(pk__in=found[0].union(*found[1:]) if found[1:] else found[0])

    def get_urls(self) -> list[URLPattern]:
        """Without Django's history pages: the history of a row is the audit trail."""
        return [url for url in super().get_urls() if url.name and not url.name.endswith("_history")]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deletion in bulk: what may be deleted at all is looked at one by one."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A page that names no fields shows all but those sealed at rest: these are named, and masked."""
        found = super().get_fields(request, obj)
        sealed = {one.name for one in self.opts.get_fields() if isinstance(one, fields.SealedField)}
        return found if self.fields or self.fieldsets else [name for name in found if name not in sealed]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """What is not there, and what is another store's, is the same plain 404."""
        raise Http404

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *where: Any, **place: Any) -> Any:
        """A selection is worked on whole or not at all: one row that is not the reader's to choose stops all of it."""
        picked = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        across = request.POST.get("select_across") == "1"
        readable = all(one.isdecimal() and len(one) < LONGEST_KEY for one in picked)
        if not across and (not readable or queryset.filter(pk__in=picked).count() < len(picked)):
            messages.error(
                request, _("One of the chosen rows is not here any more. Nothing was changed; please look again.")
            )
            return None
        return super().response_action(request, queryset, *where, **place)

    def may_see(self, request: HttpRequest, pk: object) -> Model | None:
        """The row, when it exists and this user may look at it: for views beside the usual pages."""
        if not self.has_view_permission(request):
            return None
        try:
            found: Model | None = self.get_queryset(request).filter(pk=pk).first()
        except (ValueError, OverflowError):
            return None
        return found

    def member_id_of(self, row: Model) -> int | None:
        """Whose data the row is, for the audit trail."""
        found: int | None = getattr(row, "member_id", None)
        return found


class Audited(ModelAdmin):
    """Small tables of the house, changed by a form; each change is audited with what was and what is."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data} if change else {}
        super().save_model(request, obj, form, change)
        after = {name: getattr(obj, obj._meta.get_field(name).attname) for name in form.changed_data}  # type: ignore[union-attr]
        self._record(obj, "change" if change else "add", {"before": before, "after": after})

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._record(obj, "delete", {"was": str(obj)})
        super().delete_model(request, obj)

    def _record(self, row: Model, verb: str, details: dict[str, Any]) -> None:
        audit.record(f"{row._meta.label_lower}.{verb}", subject=row, details=details)


class ReadOnly(ModelAdmin):
    """Looked at, searched, never changed here: there is no address at which one could.

    A page that takes something on has an `add_view` of its own.
    """

    def get_urls(self) -> list[URLPattern]:
        names = ["changelist", "change"] + (["add"] if type(self).add_view is not ReadOnly.add_view else [])
        kept = {f"{self.opts.app_label}_{self.opts.model_name}_{name}" for name in names}
        return [url for url in super().get_urls() if url.name in kept]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def moment(field: str, label: str | Promise) -> Callable[[Model], str]:
    """A column that tells a moment as every page of the house does."""

    def column(row: Model) -> str:
        value = getattr(row, field)
        return show.moment(value) if value else "—"

    return _column(column, f"{field}_told", label, order=field)


def number(field: str, label: str | Promise) -> Callable[[Model], str]:
    """A column of numbers: `1,204,000`."""

    def column(row: Model) -> str:
        value = getattr(row, field)
        return "—" if value is None else show.number(value)

    return _column(column, f"{field}_told", label, order=field)


@admin.display(description=gettext_lazy("code"), ordering="code")
def code(row: Any) -> SafeString:
    """A column of what the house types and files name a thing by, in letters of one width."""
    return format_html("<code>{}</code>", row.code)


def state(label: str | Promise, field: str = "state") -> Callable[[Model], str]:
    """A column that shows a state as a pill, in words."""

    def column(row: Model) -> str:
        return ui.status_pill(getattr(row, field), getattr(row, f"get_{field}_display")())

    return _column(column, f"{field}_told", label, order=field)


def worded(
    field: str, kind: str, label: str | Promise, *, read: Callable[[str], str] | None = None
) -> Callable[[Model], str]:
    """A column of a stored code, in words (`core.words`); `read` where a code needs more than its word."""

    def column(row: Model) -> str:
        code = getattr(row, field)
        if not code:
            return "—"
        return read(code) if read else words.of(kind, code)

    return _column(column, f"{field}_worded", label, order=field)


class WordsFilter(admin.SimpleListFilter):
    """Chosen from the words of a register, without reading a million rows for the codes that occur."""

    kind = ""
    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, capfirst(str(word))) for code, word in words.known(self.kind).items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


def words_filter(field: str, kind: str, title: str | Promise) -> type[WordsFilter]:
    """`list_filter = (words_filter("gateway", words.GATEWAY, _("gateway")),)`"""
    return type("WordsFilter", (WordsFilter,), {"kind": kind, "field": field, "title": title, "parameter_name": field})


def _column(column: Callable[[Model], str], name: str, label: str | Promise, *, order: str) -> Callable[[Model], str]:
    column.__name__ = name
    column.short_description = label  # type: ignore[attr-defined]
    column.admin_order_field = order  # type: ignore[attr-defined]
    return column


def newest_values(
    field: str, label: str | Promise, *, read: Callable[[Any], str] = str
) -> type[admin.SimpleListFilter]:
    """A filter by the values that the newest rows have: Django's own reads the whole table to find every value.

    `read` says a value in words.
    """

    class Newest(admin.SimpleListFilter):
        title = label  # type: ignore[assignment]
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            rows = model_admin.model._default_manager.order_by("-pk").values_list(field, flat=True)
            return [(str(value), read(value)) for value in sorted(set(rows[:NEWEST]))]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            known = {value for value, _text in self.lookup_choices}
            return queryset.filter(**{field: self.value()}) if self.value() in known else queryset

    return Newest


def masked(
    field: str, *, mask: Callable[[str], str] = masking.ends, label: str | Promise | None = None
) -> Callable[[Model], str]:
    """A column of a list: the field masked. `list_display = ("number", masked("phone", mask=phones.masked))`."""

    def column(row: Model) -> str:
        value = getattr(row, field)
        return mask(value) if value else ""

    column.__name__ = f"masked_{field}"
    column.short_description = label or gettext_lazy(field.replace("_", " "))  # type: ignore[attr-defined]
    column.empty_value_display = "—"  # type: ignore[attr-defined]
    return column


def revealable(
    field: str, *, mask: Callable[[str], str] = masking.ends, label: str | Promise | None = None
) -> Callable[[Model], SafeString]:
    """A read-only field of a detail page: masked, with what it takes to reveal it (`readonly_fields`)."""
    hidden = masked(field, mask=mask, label=label)

    def column(row: Model) -> SafeString:
        text = hidden(row)
        user = current_request.current().user
        if not text or user is None or not user.has_perm(reveals.RIGHT):
            return conditional_escape(text or "—")
        return reveal_control(row, field, text)

    column.__name__ = f"revealable_{field}"
    column.short_description = hidden.short_description  # type: ignore[attr-defined]
    return column


def reveal_control(row: Model, field: str, text: str) -> SafeString:
    meta = row._meta
    return format_html(
        '<span class="flex flex-wrap gap-2 items-center" data-reveal><span class="font-mono">{}</span>'
        '<input type="text" name="reason" maxlength="300" aria-label="{}" placeholder="{}" class="border border-base-200'
        ' bg-white px-2 py-1 rounded-default dark:bg-base-900 dark:border-base-700">'
        '<button type="button" hx-post="{}" hx-include="closest [data-reveal], [name=csrfmiddlewaretoken]"'
        ' hx-target="closest [data-reveal]" hx-swap="outerHTML" class="border border-base-200 cursor-pointer font-medium'
        ' px-3 py-1 rounded-default dark:border-base-700">{}</button><span data-answer></span></span>',
        text,
        _("Reason for looking"),
        _("Reason for looking"),
        reverse("admin:reveal", args=[meta.app_label, meta.model_name, row.pk, field]),
        _("Show"),
    )
