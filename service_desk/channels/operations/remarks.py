"""What the programme itself notes in the thread of a case, for colleagues (SVC-01 · A6.2.1)."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from core.messaging import outbox
from service_desk.models import Case, CaseEntry
from service_desk.operations import entries, holding, letters, searching

SOURCE = "remark"
EVENT = "case.remark"


@transaction.atomic
def leave(
    case: Case,
    text: str | Promise,
    *,
    channel: str,
    key: str,
    told: Mapping[str, str] | None = None,
    tell: bool = True,
) -> CaseEntry:
    """SVC-01 · A6.2.1 — a note that no person wrote, in the house's language, `told` filled in; owner and followers hear of it.

    No clock moves and no state changes. The same `key` gives the same note again.
    """
    row = holding.locked_root(case)
    known = CaseEntry.objects.filter(source=SOURCE, external_id=entries.short(key)).first()
    if known is not None:
        return known
    with translation.override(settings.LANGUAGE_CODE):
        body = holding.clean((str(text) % told if told else str(text))[: holding.LONGEST])
    entry = entries.write_down(row, CaseEntry.Direction.NOTE, body=body, channel=channel, key=key, source=SOURCE)
    searching.add(row, body)
    holding.save(row)
    holding.tell("service_desk.case.remark", row, by=None, entry=entry.pk)
    if tell:
        _tell(row, entry)
    return entry


def _tell(case: Case, entry: CaseEntry) -> None:
    link = reverse("admin:service_desk_case_change", args=[case.pk])
    people = {one.pk: one for one in (case.owner, *letters.followers_of(case)) if one is not None}
    context = {"number": case.number, "remark": letters.brief(entry.body)}
    for person in people.values():
        outbox.send(EVENT, key=f"{entry.pk}:{person.pk}", to=person, context=context, link=link)
