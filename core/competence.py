"""Who is certified for what he does (SVC-08 · A6.1, CARD-26 · A3.2.1): one question for the counter and the back office.

An app says which of its rights can ask for a certificate (`gate`); staff decide which of them do, for everything or for
one subject such as a product (`CompetenceRequirement`). Where a competence is learned is known to a higher app (`teach`).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now

from core import clock, show
from core.models import Certificate, Competence, CompetenceRequirement, User
from core.prepared import Asked, Prepared
from core.refusals import Refusal

Subject = str | Callable[[], str]
Subjects = Callable[[], Iterable[tuple[str, str]]]
Learn = Callable[[Collection[int]], Mapping[int, str]]


@dataclass(frozen=True)
class Gate:
    """A right that can ask for a certificate, in words; `subjects` are what it can ask one for apart: (code, name)."""

    right: str
    label: str | Promise
    subjects: Subjects | None = None

    def named(self) -> dict[str, str]:
        return dict(self.subjects()) if self.subjects else {}


@dataclass(frozen=True)
class Missing:
    """A certificate that somebody lacks, and the page where he can earn it (empty: nobody teaches it)."""

    competence: Competence
    learn_at: str = ""

    def __str__(self) -> str:
        return self.competence.localized_name


class NotCertified(Refusal):
    """`not_certified`: the certificates that are missing, by name and with where to earn each."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__("not_certified", status=409, certificates=told(missing))
        self.missing = missing


_gates: dict[str, Gate] = {}
_schools: list[tuple[Learn, str]] = []


def gate(right: str, *, label: str | Promise, subjects: Subjects | None = None) -> None:
    """Enter a right whose operation asks `require`: only these can be given a requirement."""
    if right in _gates:
        raise ValueError(f"registered twice: {right}")
    _gates[right] = Gate(right, label, subjects)


def gates() -> Mapping[str, Gate]:
    return dict(_gates)


def teach(learn: Learn, *, home: str) -> None:
    """Enter where competences are learned: `learn(ids)` gives the pages of those that it knows, `home` names the page of
    a person's own training."""
    _schools.append((learn, home))


def home() -> str:
    """Where somebody sees his own certificates and training; empty where nobody teaches."""
    return next((reverse(name) for _, name in _schools), "")


def in_force(on: dt.date | object) -> Q:
    """Requirements that hold on a day."""
    return Q(starts_on__lte=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))


def valid(on: dt.date | object) -> Q:
    """Certificates that stand and hold on a day: through the last of it."""
    stands = Q(revoked_at__isnull=True, replaced_at__isnull=True, awarded_on__lte=on)
    return stands & (Q(last_valid_on__isnull=True) | Q(last_valid_on__gte=on))


def _unmet(user: Any, on: Any) -> QuerySet[CompetenceRequirement, Any]:
    held = Certificate.objects.filter(valid(on), user=user, competence=OuterRef("competence"))
    rows = CompetenceRequirement.objects.filter(in_force(on), ~Exists(held))
    return rows.order_by("right", "subject", "competence_id").values_list("right", "subject", "competence_id")


_LACKING = Prepared(_unmet)


def asked(user: User) -> Asked:
    """What the first question about this user asks, for `core.ahead`."""
    return _LACKING.with_(user=user.pk, on=clock.today())


def missing(user: User, right: str, subject: Subject = "") -> list[Missing]:
    """The certificates that the user lacks for a right, in general and for this subject. None: no statement but one for
    each user object, however often it is asked; otherwise two more."""
    lacking = missing_for(user, right, subject)
    return _told(lacking) if lacking else []


def missing_for(user: User, right: str, subject: Subject = "") -> list[int]:
    """The same, as the ids of the competences. What the subject is, is asked only where something is lacking."""
    lacking = [(of, one) for asks, of, one in _lacking(user) if asks == right]
    asked_for = {"", subject() if callable(subject) and lacking else subject}
    return sorted({one for of, one in lacking if of in asked_for})


def closed(user: User, rights: Collection[str]) -> dict[tuple[str, str], list[Missing]]:
    """Everything that these rights keep shut for the user: (right, subject or "") → the certificates that he lacks."""
    lacking = [row for row in _lacking(user) if row[0] in rights]
    known = {one.competence.pk: one for one in _told(sorted({one for _, _, one in lacking}))} if lacking else {}
    found: dict[tuple[str, str], list[Missing]] = {}
    for right, subject, one in lacking:
        found.setdefault((right, subject), []).append(known[one])
    return found


def require(user: User, right: str, subject: Subject = "") -> None:
    """Refuse (`not_certified`) who lacks a certificate that the right asks for today."""
    if found := missing(user, right, subject):
        raise NotCertified(found)


def forget(user: User) -> None:
    """Have this object's certificates read again: after one was awarded or revoked."""
    user.lacking = None


def required(right: str, subject: str = "", *, on: dt.date | None = None) -> list[int]:
    """The ids of the competences that a right asks for on a day, in general and for this subject."""
    rows = CompetenceRequirement.objects.filter(in_force(on or clock.today()), right=right, subject__in=["", subject])
    return list(rows.order_by("competence_id").values_list("competence_id", flat=True).distinct())


def told(missing: Iterable[Missing]) -> str:
    """The names of the certificates as a reader lists them: “Activating”, “Selling”."""
    return show.listed(_now("“%(name)s”") % {"name": one} for one in missing)


def _lacking(user: User) -> list[tuple[str, str, int]]:
    if user.lacking is None:
        user.lacking = _LACKING.all(user=user.pk, on=clock.today())
    return user.lacking


def _told(ids: Collection[int]) -> list[Missing]:
    places: dict[int, str] = {}
    for learn, _home in _schools:
        places |= learn(ids)
    return [Missing(one, places.get(one.pk, "")) for one in Competence.objects.filter(pk__in=ids).order_by("code")]
