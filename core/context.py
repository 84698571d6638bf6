"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("light", "auto", "dark")


def programme(request: HttpRequest) -> dict[str, Any]:
    return {
        "programme_name": settings.PROGRAMME_NAME,
        "currency": settings.CURRENCY,
        "demo": settings.DEMO,
        "theme": theme(request),
    }


def theme(request: HttpRequest) -> str:
    """The appearance chosen with the switch; `auto` follows the device."""
    chosen = request.COOKIES.get("theme")
    return chosen if chosen in THEMES else "auto"
