"""Places on pages: a lower app's template names a place, a higher app enters what it draws there, for whoever looks.

    {% load places %} … {% place "portal.points" %}

What is drawn must cost a page nothing while there is nothing to draw: whoever fills a place reads what is kept.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Draw = Callable[[HttpRequest, str], str]
_fillings: dict[str, list[Draw]] = {}


def fill(place: str, draw: Draw) -> None:
    """Called when an app is ready. `draw(request, place)` answers safe markup, or nothing."""
    _fillings.setdefault(place, []).append(draw)


def filled() -> frozenset[str]:
    return frozenset(_fillings)


def drawn(request: Any, place: str) -> str:
    """Everything that stands in a place, in the order in which it was entered."""
    if not isinstance(request, HttpRequest):
        return ""
    return "".join(draw(request, place) for draw in _fillings.get(place, ()))
