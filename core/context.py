"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def programme(request: HttpRequest) -> dict[str, Any]:
    return {
        "programme_name": settings.PROGRAMME_NAME,
        "currency": settings.CURRENCY,
        "demo": settings.DEMO,
        "theme": request.COOKIES.get("theme", "auto"),
    }
