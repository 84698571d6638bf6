"""Who has a case open (SVC-01): so that two colleagues do not answer the same member at once."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core import access, clock, parameters
from core.models import User
from service_desk.models import Case, CaseViewing
from service_desk.policy.parameters import ServiceDeskParameters

VIEW = "service_desk.view_case"


def look(case: Case, *, by: User, writing: bool = False) -> list[CaseViewing]:
    """SVC-01 — note that somebody looks (or `writing`, answers) and tell who else does. Called again while he does."""
    access.require(by, VIEW)
    now = clock.now()
    seen = CaseViewing.objects.filter(case=case, user=by)
    fresh = seen.filter(seen_at__gte=_horizon())
    if not fresh.update(seen_at=now, is_writing=writing):
        try:
            with transaction.atomic():
                CaseViewing.objects.update_or_create(
                    case=case, user=by, defaults={"since": now, "seen_at": now, "is_writing": writing}
                )
        except IntegrityError:
            seen.update(seen_at=now, is_writing=writing)
    return others(case, but=by)


def look_away(case: Case, *, by: User) -> None:
    """SVC-01 — somebody has closed the page. Who forgets to say so is forgotten by himself."""
    CaseViewing.objects.filter(case=case, user=by).delete()


def others(case: Case, *, but: User) -> list[CaseViewing]:
    """SVC-01 — who else has the case open now, the earliest first. One query."""
    rows = CaseViewing.objects.filter(case=case, seen_at__gte=_horizon()).exclude(user=but)
    return list(rows.select_related("user").order_by("since", "id"))


def looks(case: Case, *, by: User) -> bool:
    """SVC-01 — whether somebody has the case open on her screen already."""
    return CaseViewing.objects.filter(case=case, user=by, seen_at__gte=_horizon()).exists()


def old() -> QuerySet[CaseViewing]:
    """SVC-01 — what nobody has looked at since yesterday."""
    return CaseViewing.objects.filter(seen_at__lt=clock.now() - dt.timedelta(days=1))


def forget(pks: Sequence[int]) -> int:
    """SVC-01 — remove these, as far as nobody has come back to them."""
    return old().filter(pk__in=list(pks)).delete()[0]


def _horizon() -> dt.datetime:
    return clock.now() - dt.timedelta(seconds=parameters.in_force(ServiceDeskParameters).viewing_seconds)
