"""Reading a body before anybody asks what it means: JSON as the standard says, and nothing that only looks like it."""

import json
from typing import Any

from django.http import HttpRequest

from core.refusals import Refusal

LARGEST = 1024 * 1024


def read(request: HttpRequest) -> tuple[bytes, Any]:
    """The body and what it says. Refuses what is no JSON, names a thing twice, or is too large (`body_too_large`)."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size[:20]) > LARGEST:
        raise Refusal("body_too_large", status=413, most=LARGEST // 1024)
    if request.content_type != "application/json":
        raise Refusal("body_not_json", status=415)
    body = request.body
    try:
        return body, json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError) as error:
        raise Refusal("body_malformed", status=400) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _never(name: str) -> Any:
    raise ValueError(f"{name} is no number")
