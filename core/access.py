"""Who may do what, and where (SEC-01 · A7.3.2). A right is named `app.verb_noun`; roles are tables of patterns."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from core.prepared import Prepared
from core.refusals import Refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.models import User


M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Role:
    """A row of the role map. `everywhere` roles see every store; others only the store they are assigned to."""

    name: str | Promise
    rights: tuple[str, ...]
    everywhere: bool = True

    def allows(self, right: str) -> bool:
        return any(fnmatchcase(right, pattern) for pattern in self.rights)


_HELD: Prepared[tuple[str, int | None]] = Prepared(
    lambda user: (
        apps.get_model("core", "RoleAssignment")
        .objects.filter(user=user, ended_at__isnull=True)
        .values_list("role", "store_id")
    )
)
_ACTIVE: "Prepared[User]" = Prepared(lambda user: get_user_model().objects.filter(pk=user, is_active=True))


def roles() -> Mapping[str, Role]:
    table: Mapping[str, Role] = import_string(settings.TESSERA_ROLES)
    return table


def _assignments(user: "User") -> list[tuple[Role, int | None]]:
    held = user.held_roles
    if held is None:
        rows = _HELD.all(user=user.pk)
        held = [(roles()[role], store_id) for role, store_id in rows if role in roles()]
        user.held_roles = held
    return held


def forget(user: "User") -> None:
    """Have the rights of this object read again: after a grant or a revocation."""
    user.held_roles = None


def allows(user: "User | AnonymousUser", right: str, *, at: int | None = None) -> bool:
    """Whether one of the user's current roles carries the right; `at` asks for one store, by its id."""
    if not user.is_authenticated or not user.is_active or not user.is_staff:
        return False
    return any(
        role.allows(right) and (at is None or role.everywhere or store_id == at)
        for role, store_id in _assignments(user)
    )


def allows_any_of_app(user: "User", app_label: str) -> bool:
    held = _assignments(user) if user.is_active and user.is_staff else []
    return any(pattern.split(".")[0] in {app_label, "*"} for role, _ in held for pattern in role.rights)


def require(user: "User | AnonymousUser", right: str, *, at: int | None = None) -> None:
    """Refuse whoever lacks the right (at that store); refusing is the caller's 403."""
    if not allows(user, right, at=at):
        raise Refusal("not_permitted", status=403)


def stores_of(user: "User", *, right: str | None = None) -> frozenset[int] | None:
    """The stores a member of staff may see, or where he has the right: None means all of them."""
    held = [(role, store_id) for role, store_id in _assignments(user) if right is None or role.allows(right)]
    if any(role.everywhere for role, _ in held):
        return None
    return frozenset(store_id for _, store_id in held if store_id is not None)


def within_scope(rows: "QuerySet[M]", user: "User", *, path: str = "store", right: str | None = None) -> "QuerySet[M]":
    """Only the rows of the stores the user serves, or where he has the right."""
    stores = stores_of(user, right=right)
    return rows if stores is None else rows.filter(**{f"{path}__in": stores})


def holders(right: str) -> "QuerySet[User]":
    """Everybody at work who has the right, anywhere."""
    carrying = [code for code, role in roles().items() if role.allows(right)]
    people = get_user_model().objects.filter(
        is_active=True,
        is_staff=True,
        role_assignments__role__in=carrying,
        role_assignments__ended_at__isnull=True,
    )
    return people.distinct().order_by("pk")


class RoleBackend:
    """Answers Django's permission questions from roles; log-in itself is allauth's."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> "User | None":
        return _ACTIVE.first(user=user_id)

    def has_perm(self, user: "User", permission: str, obj: object | None = None) -> bool:
        return allows(user, permission)
