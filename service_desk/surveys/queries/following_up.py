"""The case that a low score opened (SVC-06 · D5.2)."""

from collections.abc import Collection

from service_desk.models import Case

PREFIX = "survey:"


def key_of(response: int) -> str:
    return f"{PREFIX}{response}"


def cases_of(responses: Collection[int]) -> dict[int, Case]:
    """The cases of these responses. One query."""
    rows = Case.objects.filter(key__in=[key_of(pk) for pk in responses])
    return {int((row.key or "").removeprefix(PREFIX)): row for row in rows}
