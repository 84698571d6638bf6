"""The legal texts, for everybody, in every version."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from members.models import LegalText
from members.policy import legal_layout
from members.queries import legal


@require_GET
def text(request: HttpRequest, kind: str, version: int | None = None) -> HttpResponse:
    """The text in force, or an older or coming version, in the reader's language."""
    if kind not in LegalText.Kind.values:
        raise Http404
    shown = legal.in_force(kind) if version is None else get_object_or_404(LegalText, kind=kind, version=version)
    body = shown.bodies.get(get_language() or "") or shown.bodies.get("en", "")
    context = {
        "text": shown,
        "sections": legal_layout.sections(body),
        "current": legal.in_force(kind),
        "history": legal.history(kind),
    }
    return render(request, "members/legal.html", context)
