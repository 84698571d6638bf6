"""Staff change what is said (MEM-08): each change is a new version with a name under it, and none is ever lost."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from core import access, audit
from core.messaging import events, rendering
from core.models import MessageTemplate, User
from core.refusals import Refusal

RIGHT = "core.change_messagetemplate"


@dataclass(frozen=True)
class Place:
    """Which wording: of which event, on which channel, in which language."""

    event: str
    channel: str
    language: str

    def versions(self) -> list[MessageTemplate]:
        rows = MessageTemplate.objects.filter(event=self.event, channel=self.channel, language=self.language)
        return list(rows.select_related("edited_by").order_by("-version"))

    def current(self) -> rendering.Source:
        """The wording in force, with the number of the newest version (0: nobody changed anything yet)."""
        newest = rendering.latest(self.event, self.channel, self.language)
        if newest is None or newest.uses_shipped:
            shipped = self.shipped()
            return rendering.Source(shipped.subject, shipped.body, newest.version if newest else 0)
        return rendering.Source(newest.subject, newest.body, newest.version)

    def shipped(self) -> rendering.Source:
        return rendering.shipped(self.event, self.channel, self.language) or rendering.Source("", "")


def save(place: Place, *, subject: str, body: str, based_on: int, by: User) -> MessageTemplate:
    """Put wording in force. Refuses wording that does not work on the sample, and a page older than the newest version."""
    access.require(by, RIGHT)
    subject, body = subject.strip(), body.replace("\r\n", "\n").strip()
    event = events.get(place.event)
    rendering.preview(event, channel=place.channel, language=place.language, subject=subject, body=body)
    return _add_version(place, subject=subject, body=body, based_on=based_on, by=by)


def restore_shipped(place: Place, *, based_on: int, by: User) -> MessageTemplate:
    """Go back to the wording that came with the software, also to later improvements of it."""
    access.require(by, RIGHT)
    return _add_version(place, subject="", body="", uses_shipped=True, based_on=based_on, by=by)


def revert(place: Place, *, to_version: int, based_on: int, by: User) -> MessageTemplate:
    """Say again what an older version said, as a new version."""
    access.require(by, RIGHT)
    older = next((row for row in place.versions() if row.version == to_version), None)
    if older is None:
        raise Refusal("stale")
    if older.uses_shipped:
        return restore_shipped(place, based_on=based_on, by=by)
    return save(place, subject=older.subject, body=older.body, based_on=based_on, by=by)


def _add_version(
    place: Place, *, subject: str, body: str, based_on: int, by: User, uses_shipped: bool = False
) -> MessageTemplate:
    row = MessageTemplate(
        event=place.event,
        channel=place.channel,
        language=place.language,
        subject=subject,
        body=body,
        uses_shipped=uses_shipped,
        version=based_on + 1,
        edited_by=by,
    )
    with transaction.atomic():
        newest = rendering.latest(place.event, place.channel, place.language)
        if (newest.version if newest else 0) != based_on:
            raise Refusal("stale")
        before = place.current()
        is_shipped = newest is None or newest.uses_shipped
        if (uses_shipped and is_shipped) or (not uses_shipped and (subject, body) == (before.subject, before.body)):
            raise Refusal("nothing_changes")
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal("stale") from error
        audit.record(
            "core.messagetemplate.restore" if uses_shipped else "core.messagetemplate.change",
            subject=row,
            actor=by,
            details={
                "event": place.event,
                "channel": place.channel,
                "language": place.language,
                "version": row.version,
                "before": {"subject": before.subject, "body": before.body},
                "after": {"subject": subject, "body": body},
            },
        )
    return row
