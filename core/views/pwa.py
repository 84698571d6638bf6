"""What makes the portal installable: the manifest, the service worker and the page it shows offline."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

SHELL = (
    "css/tokens.css", "css/base.css", "css/forms.css", "css/components.css", "css/display.css", "css/public.css",
    "css/portal.css", "css/print.css", "js/theme.js", "js/dialog.js", "js/copy.js", "js/form-guard.js", "js/offline.js",
    "img/favicon.svg",
)  # fmt: skip


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    sizes = {"icon-192.png": "192x192", "icon-512.png": "512x512"}
    icons = [{"src": static(f"img/{name}"), "sizes": size, "type": "image/png"} for name, size in sizes.items()]
    maskable = {
        "src": static("img/icon-maskable-512.png"),
        "sizes": "512x512",
        "type": "image/png",
        "purpose": "maskable",
    }
    return JsonResponse(
        {
            "id": "/",
            "name": settings.PROGRAMME_NAME,
            "short_name": settings.PROGRAMME_NAME,
            "description": _("Your membership card, benefits and orders."),
            "lang": get_language(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf8f4",
            "theme_color": "#0f5f66",
            "icons": [*icons, maskable],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, told what to keep: static files and the offline page, never a personal page."""
    kept = [static(name) for name in SHELL]
    source = Path(str(finders.find("js/sw.js"))).read_text(encoding="utf-8")
    version = hashlib.sha256("\n".join([*kept, source]).encode()).hexdigest()[:12]
    shell = {"version": version, "static": settings.STATIC_URL, "files": kept, "offline": reverse("core:offline")}
    return HttpResponse(f"const SHELL = {json.dumps(shell)};\n{source}", content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker without a connection; the same for everyone, so it may be kept on the device."""
    return render(request, "offline.html")
