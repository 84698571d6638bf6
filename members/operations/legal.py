"""The texts people agree to (MEM-05, CARD-08): published in versions, never changed afterwards."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from core import access, audit, clock
from core.models import User
from core.refusals import Refusal
from members.models import LegalText

SHIPPED = Path(__file__).resolve().parent.parent / "legal"
SHIPPED_SINCE = dt.date(2024, 1, 1)


def publish(kind: str, *, bodies: Mapping[str, str], effective_on: dt.date, by: User) -> LegalText:
    """A new version, in force from a day that is not past; needs every language.

    Refuses `legal_text_incomplete`, `legal_text_in_the_past`, `legal_text_unchanged`.
    """
    access.require(by, "members.add_legaltext")
    clean = {language: bodies.get(language, "").replace("\r\n", "\n").strip() for language, _ in settings.LANGUAGES}
    if not all(clean.values()):
        raise Refusal("legal_text_incomplete")
    if effective_on < clock.today():
        raise Refusal("legal_text_in_the_past")
    with transaction.atomic():
        versions = LegalText.objects.select_for_update().filter(kind=kind)
        list(versions)
        latest = versions.order_by("-version").first()
        if latest and latest.bodies == clean:
            raise Refusal("legal_text_unchanged")
        text = LegalText.objects.create(
            kind=kind,
            version=(versions.aggregate(latest=Max("version"))["latest"] or 0) + 1,
            effective_on=effective_on,
            bodies=clean,
            published_by=by,
        )
        audit.record(
            "members.legal_text.publish",
            subject=text,
            actor=by,
            details={"kind": kind, "version": text.version, "effective_on": effective_on},
        )
    return text


def publish_shipped() -> None:
    """Version 1 of every text that nobody has published yet, from the files of this programme."""
    for kind in LegalText.Kind.values:
        if LegalText.objects.filter(kind=kind).exists():
            continue
        bodies = {
            language: (SHIPPED / f"{kind}.{language}.txt").read_text(encoding="utf-8").strip()
            for language, _ in settings.LANGUAGES
        }
        LegalText.objects.create(kind=kind, version=1, effective_on=SHIPPED_SINCE, bodies=bodies)
