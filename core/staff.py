"""Who works here and what they may do (SEC-01 · A7.3.2). Each change is audited; overreaching raises an alert.

The right to hand out a role is a right of its own, `grant.<role>`, so that the role map says on one screen who may make
whom what. Nobody grants himself anything, and whoever may make administrators remains at least one.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from core import access, audit, clock
from core.models import Employment, Post, RoleAssignment, Store, User
from core.refusals import Refusal

MANAGE = "core.change_user"


def governing_roles() -> list[str]:
    """The roles that can make administrators: they may not die out."""
    return [code for code, role in access.roles().items() if role.allows("grant.administrator")]


def governors() -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(
        role__in=governing_roles(), ended_at__isnull=True, user__is_active=True, user__is_staff=True
    )


def grantable_by(user: User) -> list[str]:
    return [code for code in access.roles() if access.allows(user, f"grant.{code}")]


def grant(user: User, role: str, *, by: User, store: Store | None = None, reason: str = "") -> RoleAssignment:
    """Give a role: everywhere, or at one store where the role is one of a store. A repeat gives what is held already."""
    known = access.roles().get(role)
    if known is None:
        raise Refusal("role_unknown", status=404)
    _check_grantor(user, role, by=by, store=store)
    if known.everywhere == (store is not None):
        raise Refusal("role_needs_store" if store is None else "role_is_everywhere")
    if not (user.is_staff and user.is_active):
        raise Refusal("not_on_the_staff")
    with transaction.atomic():
        held = RoleAssignment.objects.filter(user=user, role=role, store=store, ended_at__isnull=True).first()
        if held:
            return held
        try:
            with transaction.atomic():
                given = RoleAssignment.objects.create(
                    user=user, role=role, store=store, granted_by=by, granted_at=clock.now()
                )
        except IntegrityError:
            return RoleAssignment.objects.get(user=user, role=role, store=store, ended_at__isnull=True)
        audit.record(
            "core.role.grant",
            subject=user,
            actor=by,
            reason=reason,
            store_id=store.pk if store else None,
            details={"role": role},
        )
    access.forget(user)
    return given


def revoke(assignment: RoleAssignment, *, by: User, reason: str = "") -> None:
    """End a role. Refuses to end the last administrator's."""
    _check_grantor(assignment.user, assignment.role, by=by, store=assignment.store, to_himself=True)
    with transaction.atomic():
        _lock_governors()
        row = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
        if row.ended_at:
            return
        if row.role in governing_roles() and not governors().exclude(pk=row.pk).exists():
            raise Refusal("last_administrator")
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        audit.record(
            "core.role.revoke",
            subject=row.user,
            actor=by,
            reason=reason,
            store_id=row.store_id,
            details={"role": row.role},
        )
    access.forget(assignment.user)


def disable(user: User, *, by: User, reason: str) -> None:
    """Shut an account out; its sessions end at their next request. Refuses one's own and the last administrator's."""
    _require_manager(user, by=by)
    if user.pk == by.pk:
        raise Refusal("not_oneself")
    if not reason.strip():
        raise Refusal("reason_needed")
    with transaction.atomic():
        _lock_governors()
        if governors().filter(user=user).exists() and not governors().exclude(user=user).exists():
            raise Refusal("last_administrator")
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            audit.record("core.user.disable", subject=user, actor=by, reason=reason)
    user.is_active = False


def enable(user: User, *, by: User, reason: str) -> None:
    """Let an account in again."""
    _require_manager(user, by=by)
    if not reason.strip():
        raise Refusal("reason_needed")
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            audit.record("core.user.enable", subject=user, actor=by, reason=reason)
    user.is_active = True


def hire(
    *,
    name: str,
    email: str,
    staff_number: str,
    post: Post,
    by: User,
    store: Store | None = None,
    language: str = "",
) -> User:
    """Open an account for a colleague, who logs in by e-mail. It holds no role yet."""
    access.require(by, MANAGE)
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    display_name=name, email=email.strip().lower(), is_staff=True, language=language
                )
                Employment.objects.create(
                    user=user, staff_number=staff_number, post=post, store=store, started_on=clock.today()
                )
        except IntegrityError as error:
            raise Refusal("staff_known_already") from error
        audit.record("core.user.hire", subject=user, actor=by, details={"staff_number": staff_number})
    return user


def move(employment: Employment, *, post: Post, store: Store | None, by: User, reason: str = "") -> None:
    """Give a colleague another post or store. Roles are granted and revoked apart."""
    access.require(by, MANAGE)
    with transaction.atomic():
        row = Employment.objects.select_for_update().get(pk=employment.pk)
        before = {"post": row.post_id, "store": row.store_id}
        row.post, row.store = post, store
        row.save(update_fields=["post", "store"])
        after = {"post": row.post_id, "store": row.store_id}
        audit.record(
            "core.user.move", subject=row.user, actor=by, reason=reason, details={"before": before, "after": after}
        )


def roll(user: User) -> QuerySet[User]:
    """The staff that the user may see: all, or those who serve or hold a role at his stores."""
    staff = User.objects.filter(is_staff=True)
    stores = access.stores_of(user)
    if stores is None:
        return staff
    here = Q(employment__store__in=stores) | Q(
        role_assignments__store__in=stores, role_assignments__ended_at__isnull=True
    )
    return staff.filter(pk__in=User.objects.filter(here).values("pk"))


def _check_grantor(user: User, role: str, *, by: User, store: Store | None, to_himself: bool = False) -> None:
    if user.pk == by.pk and not to_himself:
        audit.alert("self_promotion", subject=user, actor=by, details={"role": role})
        raise Refusal("not_oneself", status=403)
    if not access.allows(by, f"grant.{role}", at=store.pk if store else None):
        audit.alert("grant_beyond_right", subject=user, actor=by, details={"role": role})
        raise Refusal("not_permitted", status=403)


def _require_manager(user: User, *, by: User) -> None:
    if not access.allows(by, MANAGE):
        audit.alert("account_beyond_right", subject=user, actor=by)
    access.require(by, MANAGE)


def _lock_governors() -> None:
    """Two administrators who remove one another at the same moment queue here."""
    list(RoleAssignment.objects.select_for_update().filter(role__in=governing_roles()).order_by("pk"))
