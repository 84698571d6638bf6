"""The queue of an agent (SVC-01, SVC-02 · A6.2): by the earliest deadline, in tabs, and the box that finds any case."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cards.admin.pages import page, viewer
from core import access
from core.models import Department, User
from service_desk.models import AgentProfile, Case
from service_desk.operations import duty, holding, presence
from service_desk.queries import queue

LONGEST = 200
Rows = Callable[[User, Department | None], QuerySet[Case]]
# Tab → what it is called, its rows, and under which name `queue.counts` counts them.
TABS: dict[str, tuple[str | Promise, Rows, str]] = {
    "mine": (pgettext_lazy("cases", "Mine"), lambda user, _at: queue.mine(user), "mine"),
    "skills": (_("For my skills"), lambda user, _at: queue.for_me(user), "for_me"),
    "unassigned": (pgettext_lazy("cases", "Nobody’s"), lambda _user, _at: queue.nobodys(), "nobodys"),
    "near": (_("Near the deadline"), lambda _user, _at: queue.near_breach(), "near_breach"),
    "followed": (pgettext_lazy("cases", "Followed"), lambda user, _at: queue.followed(user), "followed"),
    "department": (
        _("My department"),
        lambda _user, at: queue.of_department(at) if at else Case.objects.none(),
        "department",
    ),
    "all": (pgettext_lazy("cases", "All open"), lambda _user, _at: queue.undone(), "all"),
}
FIRST = "mine"


@require_safe
@never_cache
def queue_of(request: HttpRequest) -> HttpResponse:
    """A tab, or what was searched for."""
    user = viewer(request, presence.VIEW)
    department = queue.department_of(user)
    chosen = request.GET.get("tab", FIRST)
    tab = chosen if chosen in TABS else FIRST
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    after = request.GET.get("after", "")[:LONGEST]
    found = queue.search(asked, before=after) if asked else queue.page(TABS[tab][1](user, department), after=after)
    counts = queue.counts(user, department)
    may_handle = access.allows(user, holding.HANDLE)
    context: dict[str, Any] = {
        "tabs": [(code, name, counts[counted]) for code, (name, _rows, counted) in TABS.items()],
        "tab": "" if asked else tab,
        "asked": asked,
        "found": found,
        "may_handle": may_handle,
        "may_lead": access.allows(user, holding.ASSIGN),
        "agent": AgentProfile.objects.filter(user=user).first() if may_handle else None,
    }
    return page(request, "admin/service_desk/queue.html", title=_now("Cases"), **context)


@require_POST
def be_on_duty(request: HttpRequest) -> HttpResponse:
    """Begin or end one's duty."""
    user = viewer(request, holding.HANDLE)
    if request.POST.get("on") == "1":
        duty.begin(by=user)
        messages.success(request, _now("You are on duty: cases may be given to you."))
    else:
        duty.end(by=user)
        messages.success(request, _now("You are off duty. What you have stays yours until you hand it over."))
    return redirect("admin:service_desk_case_queue")
