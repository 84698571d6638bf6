"""`/healthz` for machines, `/status/` for people (RISK-09)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import access, clock, health


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while database, cache and broker answer, 503 when one does not. Says nothing else."""
    parts = health.parts()
    well = all(parts.values())
    return JsonResponse({"status": "ok" if well else "broken", **parts}, status=200 if well else 503)


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Operational or degraded, for everybody; what exactly, for staff with the right to see it."""
    seen: dict[str, object] = {"operational": health.operational(), "now": clock.now()}
    if access.allows(request.user, "core.view_status"):
        parts = {health.NAMES[name]: well for name, well in health.parts().items()}
        seen |= {"parts": parts, "readings": health.readings()}
    return render(request, "core/status.html", seen)
