"""What the pages of emergencies share."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from cards.admin.pages import page
from core.models import User
from service_desk.incidents.models import Incident
from service_desk.incidents.queries import rooms
from service_desk.quality.admin.common import found

FOLDER = "admin/service_desk/incidents"


def incident_of(user: User, pk: object) -> Incident:
    """One that the reader may look at; any other is the same 404."""
    rows = rooms.visible_to(user).select_related("kind", "plan", "commander", "declared_by", "announcement")
    return found(rows.prefetch_related("stores"), pk)


def shown(request: HttpRequest, template: str, *, wrong: bool = False, **context: Any) -> HttpResponse:
    """A page of the folder; a form that cannot be kept comes back as 422."""
    return page(request, f"{FOLDER}/{template}.html", status=422 if wrong else 200, wrong=wrong, **context)


def is_wrong(*checked: forms.BaseForm | forms.BaseFormSet) -> bool:  # type: ignore[type-arg]
    return any(one.is_bound and not one.is_valid() for one in checked)
