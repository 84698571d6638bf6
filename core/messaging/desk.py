"""What the wording desk shows: the table of all wording, the editor's draft, its preview on sample data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest

from core import refusals
from core.messaging import events, rendering, segments
from core.messaging.editing import Place
from core.models import Channel, MessageTemplate, User
from core.rules import RuleBroken


def staff(request: HttpRequest) -> User:
    """Whoever is logged in to the back office."""
    assert isinstance(request.user, User)  # noqa: S101  (the admin site let nobody else in)
    return request.user


def languages() -> Mapping[str, Any]:
    return dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Cell:
    """One wording in the table: `changed` by staff or as shipped, or missing."""

    language: str
    changed: bool
    missing: bool


@dataclass(frozen=True)
class Row:
    event: events.Event
    channel: Channel
    cells: list[Cell]

    @property
    def is_first(self) -> bool:
        return self.channel == self.event.channels[0]


def overview() -> list[Row]:
    """Every event, channel and language, in one query."""
    newest = MessageTemplate.objects.values("event", "channel", "language").annotate(version=Max("version"))
    versions = {(row["event"], row["channel"], row["language"]): row["version"] for row in newest}
    restored = set(
        MessageTemplate.objects.filter(uses_shipped=True).values_list("event", "channel", "language", "version")
    )
    return [
        Row(event, channel, [_cell(event.code, channel, language, versions, restored) for language in languages()])
        for event in events.registered()
        for channel in event.channels
    ]


def _cell(
    event: str,
    channel: str,
    language: str,
    versions: Mapping[tuple[str, str, str], int],
    restored: set[tuple[str, str, str, int]],
) -> Cell:
    place = (event, channel, language)
    version = versions.get(place)
    changed = version is not None and (*place, version) not in restored
    return Cell(language, changed, not changed and rendering.shipped(*place) is None)


@dataclass(frozen=True)
class Draft:
    """What stands in the editor. `based_on` is the version that was newest when the page was opened."""

    subject: str
    body: str
    based_on: int

    @classmethod
    def of(cls, place: Place) -> "Draft":
        current = place.current()
        return cls(current.subject, current.body, current.version)

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> "Draft":
        based_on = data.get("based_on", "")
        number = int(based_on) if based_on.isascii() and based_on.isdigit() and len(based_on) < 10 else -1
        return cls(data.get("subject", ""), data.get("body", ""), number)


def preview(event: events.Event, place: Place, draft: Draft) -> dict[str, Any]:
    """The text on the sample, what an SMS of it costs, or what is wrong with it."""
    shown: dict[str, Any] = {"channel": place.channel, "language": place.language}
    try:
        text = rendering.preview(
            event, channel=place.channel, language=place.language, subject=draft.subject, body=draft.body
        )
    except RuleBroken as refusal:
        return shown | {"problem": refusals.said(refusal)}
    cost = segments.cost(text.body) if place.channel == Channel.SMS else None
    return shown | {"text": text, "cost": cost}


def page(event: events.Event, place: Place, draft: Draft) -> dict[str, Any]:
    return preview(event, place, draft) | {
        "event": event,
        "place": place,
        "draft": draft,
        "has_subject": place.channel in rendering.WITH_SUBJECT,
        "language_name": languages()[place.language],
        "variables": rendering.variables(event.sample, link="/"),
        "versions": place.versions(),
        "shipped": place.shipped(),
        "siblings": [(channel, language) for channel in event.channels for language in languages()],
    }
