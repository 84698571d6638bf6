"""When a member was born, by the best evidence there is (MEM-03 · C2.1)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet

from core import clock
from members.models import IdentityDocument, Member
from members.policy import identity


def born_on(member: Member) -> dt.date | None:
    """By the identity document that states it (GB 11643), else by what she typed herself; None when neither is known."""
    return _by(member.documents.filter(withdrawn_at__isnull=True).order_by("-id"), member.birth_on)


def born_between(first: int, last: int) -> dict[int, dt.date]:
    """The same of all members in a range of ids whose birth is known, in two statements."""
    return _known(Member.objects.filter(pk__range=(first, last)), Q(member__pk__range=(first, last)))


def born_of(members: Collection[int]) -> dict[int, dt.date]:
    """The same of these members."""
    return _known(Member.objects.filter(pk__among=members), Q(member_id__among=members))


def _known(members: QuerySet[Member], theirs: Q) -> dict[int, dt.date]:
    documents: dict[int, list[IdentityDocument]] = defaultdict(list)
    for row in IdentityDocument.objects.filter(theirs, withdrawn_at__isnull=True).order_by("-id"):
        documents[row.member_id].append(row)
    known = ((pk, _by(documents[pk], birth_on)) for pk, birth_on in members.values_list("pk", "birth_on"))
    return {pk: born for pk, born in known if born is not None}


def _by(documents: Iterable[IdentityDocument], birth_on: str | None) -> dt.date | None:
    today = clock.today()
    for document in documents:
        if (born := identity.born_on(document.number, kind=identity.Kind(document.kind), today=today)) is not None:
            return born
    return dt.date.fromisoformat(birth_on) if birth_on else None
