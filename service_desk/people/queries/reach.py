"""Whose results somebody sees (SVC-10 · B11, SVC-14 · B2): his own; of his stores; of the departments that he directs; or all.

A right says what one may do; how far it reaches follows from where one serves and what one directs. Only
`people.view_everybody` lifts that bound.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from core import access
from core.models import Department, Employment, Store, User

EVERYBODY = "people.view_everybody"
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """How far a right of somebody reaches: everywhere, or to some stores and departments."""

    everywhere: bool
    stores: Collection[int]
    departments: QuerySet[Department]

    def people(self, path: str = "") -> Q:
        """The condition on rows whose person stands at `path` (empty: the rows are people)."""
        if self.everywhere:
            return Q()
        at = f"{path}__" if path else ""
        directed = Q(**{f"{at}employment__post__department__in": self.departments})
        return Q(**{f"{at}employment__store__in": self.stores}) | directed

    def covers_store(self, store: Store | None) -> bool:
        return self.everywhere or (store is not None and store.pk in self.stores)

    def covers_department(self, department: Department | None) -> bool:
        return self.everywhere or (department is not None and self.departments.filter(pk=department.pk).exists())


def of(user: User, right: str) -> Reach:
    """How far the right reaches; nowhere without it."""
    nowhere = Department.objects.none()
    if not access.allows(user, right):
        return Reach(False, frozenset(), nowhere)
    if access.allows(user, EVERYBODY):
        return Reach(True, frozenset(), nowhere)
    stores = access.stores_of(user, right=right) or frozenset()
    return Reach(False, stores, Department.objects.filter(director=user).order_by())


def within(rows: "QuerySet[M]", user: User, *, right: str, person: str = "person") -> "QuerySet[M]":
    """Only the rows of people whom the right reaches; never one's own: these stand on one's own page."""
    return rows.filter(of(user, right).people(person)).exclude(**{person: user})


def colleagues(user: User, *, right: str) -> QuerySet[User]:
    """Everybody at work whom the right reaches, but oneself."""
    rows = User.objects.filter(of(user, right).people(), is_staff=True, is_active=True, employment__isnull=False)
    return (
        rows.exclude(pk=user.pk).select_related("employment__store", "employment__post").order_by("display_name", "pk")
    )


def reaches(user: User, colleague: User, *, right: str) -> bool:
    """Whether the right reaches this colleague; oneself it never does."""
    return colleagues(user, right=right).filter(pk=colleague.pk).exists()


def place_of(user: User) -> tuple[Store | None, Department | None]:
    """Where somebody serves and what he belongs to, today."""
    row = Employment.objects.select_related("store", "post__department").filter(user=user).first()
    return (row.store, row.post.department) if row else (None, None)


def cards(rows: QuerySet[Any], user: User, *, right: str) -> QuerySet[Any]:
    """Only the score-cards that the right reaches, by where their people were at the time; and one's own."""
    reach = of(user, right)
    if reach.everywhere:
        return rows
    return rows.filter(
        Q(person=user)
        | Q(at_store__in=reach.stores)
        | Q(of_department__in=reach.departments)
        | Q(store__in=reach.stores)
        | Q(department__in=reach.departments)
    )
