"""From an event and its JSON to the words somebody reads: staff wording where there is one, else the shipped files.

Shipped wording is `templates/messages/<event>/<channel>.<language>.txt`; the first line of e-mail and inbox wording is
`Subject: …`. Every wording may also use `programme` (its name) and `link` (the address to open, empty when none).
"""

import functools
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.template import TemplateSyntaxError
from django.utils import translation
from django.utils.translation import gettext

from core.messaging import events, sandbox
from core.models import Channel, Message, MessageTemplate
from core.refusals import Refusal

logger = logging.getLogger(__name__)
SUBJECT_LINE = "Subject: "
WITH_SUBJECT = frozenset({Channel.EMAIL, Channel.INBOX})
MAX_LENGTH = {Channel.SMS: 1_000, Channel.EMAIL: 20_000, Channel.INBOX: 20_000}
MAX_SUBJECT = 200
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Source:
    """Wording as written. `version` 0 is the shipped file."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True)
class Text:
    """What the recipient reads."""

    subject: str
    body: str


class Unworded(Exception):
    """Neither staff nor the shipped files word this event."""


def folder() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "messages"


@functools.cache
def shipped(event: str, channel: str, language: str) -> Source | None:
    """The wording in the files; None when that language has none."""
    path = folder() / event / f"{channel}.{language}.txt"
    if not path.is_file():
        return None
    return split(path.read_text(encoding="utf-8"), channel=channel)


def split(text: str, *, channel: str) -> Source:
    if channel not in WITH_SUBJECT:
        return Source("", text.strip())
    first, _, rest = text.partition("\n")
    if not first.startswith(SUBJECT_LINE):
        raise ValueError(f"the first line must begin with {SUBJECT_LINE!r}")
    return Source(first.removeprefix(SUBJECT_LINE).strip(), rest.strip())


def languages_for(language: str) -> list[str]:
    """The reader's language, then the programme's, then English."""
    return list(dict.fromkeys([language or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE, "en"]))


class Shelf:
    """The wording in force, each looked up once: hold one for a batch, not longer."""

    def __init__(self) -> None:
        self._staff: dict[tuple[str, str, str], Source | None] = {}

    def staff(self, event: str, channel: str, language: str) -> Source | None:
        place = (event, channel, language)
        if place not in self._staff:
            newest = _versions(*place).values_list("uses_shipped", "subject", "body", "version").first()
            self._staff[place] = None if newest is None or newest[0] else Source(*newest[1:])
        return self._staff[place]

    def candidates(self, event: str, channel: str, language: str) -> Iterator[tuple[str, Source]]:
        """Best first, each looked up when the one before did not do: in each language staff wording, then the shipped."""
        for spoken in languages_for(language):
            for source in (self.staff(event, channel, spoken), shipped(event, channel, spoken)):
                if source is not None:
                    yield spoken, source


def latest(event: str, channel: str, language: str) -> MessageTemplate | None:
    return _versions(event, channel, language).first()


def _versions(event: str, channel: str, language: str) -> QuerySet[MessageTemplate]:
    return MessageTemplate.objects.filter(event=event, channel=channel, language=language).order_by("-version")


def render(message: Message, *, language: str = "", shelf: Shelf | None = None) -> Text:
    """The text of a message. Wording that asks for what the message does not hold gives way to the next best.

    Only when every candidate has a gap is the best one rendered with the gap left empty, and the log says so.
    """
    context = variables(json.loads(message.context or "{}"), link=message.link)
    candidates = (shelf or Shelf()).candidates(message.event, message.channel, message.language or language)
    incomplete = None
    for spoken, source in candidates:
        try:
            with translation.override(spoken):
                subject, body = sandbox.compiled(source.subject), sandbox.compiled(source.body)
                text = _text(subject.filled(context), body.filled(context), channel=message.channel)
                gaps = subject.unknown_names(context) + body.unknown_names(context)
        except Exception:
            logger.exception("wording of %s/%s/%s cannot be rendered", message.event, message.channel, spoken)
            continue
        if not gaps:
            return text
        logger.error("wording of %s/%s/%s lacks %s", message.event, message.channel, spoken, ", ".join(gaps))
        incomplete = incomplete or text
    if incomplete is None:
        raise Unworded(message.event)
    return incomplete


def with_way_out(text: Text, path: str, *, language: str) -> Text:
    """The text with the link under it by which one click stops messages like this one (MEM-05 · B9.2)."""
    with translation.override(language):
        line = gettext("No more messages like this: %(link)s") % {"link": f"{settings.SITE_URL}{path}"}
    return Text(text.subject, f"{text.body}\n\n{line}")


def variables(context: Mapping[str, Any], *, link: str) -> dict[str, Any]:
    return {"programme": settings.PROGRAMME_NAME, "link": f"{settings.SITE_URL}{link}" if link else "", **context}


def preview(event: events.Event, *, channel: str, language: str, subject: str, body: str) -> Text:
    """The text on the event's sample data; refuses with what is wrong, for the editor."""
    context = variables(json.loads(json.dumps(event.sample, default=str)), link="/")
    with translation.override(language):
        parts = [_checked(part, context) for part in (subject, body)]
    text = _text(*parts, channel=channel)
    if not text.body:
        raise Refusal("wording_empty", status=400)
    if channel in WITH_SUBJECT and not text.subject:
        raise Refusal("wording_needs_subject", status=400)
    if len(text.body) > MAX_LENGTH[Channel(channel)]:
        raise Refusal("wording_too_long", status=400, limit=MAX_LENGTH[Channel(channel)])
    return text


def _checked(source: str, context: Mapping[str, Any]) -> str:
    try:
        wording = sandbox.compiled(source)
    except TemplateSyntaxError as error:
        raise Refusal("wording_not_understood", status=400, problem=str(error)) from error
    if unknown := wording.unknown_names(context):
        known = ", ".join(sorted(context))
        raise Refusal("wording_unknown_variable", status=400, names=", ".join(unknown), known=known)
    try:
        return wording.filled(context)
    except Exception as error:
        raise Refusal("wording_not_understood", status=400, problem=str(error)) from error


def _text(subject: str, body: str, *, channel: str) -> Text:
    """Printable characters only: no control codes, no reversal of the reading direction, one line of subject."""
    one_line = " ".join(_UNPRINTABLE.sub("", subject.replace("\n", " ").replace("\r", " ")).split())
    clean = _UNPRINTABLE.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return Text(one_line[:MAX_SUBJECT] if channel in WITH_SUBJECT else "", clean)


def missing_wording() -> list[str]:
    """Every shipped file that an event's channels and the site's languages ask for and that is not there."""
    return [
        f"messages/{event.code}/{channel}.{language}.txt"
        for event in events.registered()
        for channel in event.channels
        for language, _ in settings.LANGUAGES
        if shipped(event.code, channel, language) is None
    ]
