import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import access, clock
from core.fields import BlindIndexField, SealedField, digest_in


def new_handle() -> str:
    return secrets.token_hex(8)


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, password: str | None = None, **fields: Any) -> "User":
        user = self.model(**fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def with_phone(self, phone: str) -> "User | None":
        """Whoever logs in with this phone number (E.164)."""
        return self.filter(phone_index=digest_in(self.model, "phone_index", phone)).first() if phone else None

    def with_email(self, email: str) -> "User | None":
        """Whoever logs in with this e-mail address (normalised)."""
        return self.filter(email_index=digest_in(self.model, "email_index", email)).first() if email else None


class User(AbstractBaseUser):
    """Whoever can log in: a member, a clerk, a person of a department. Rights come from roles alone.

    `display_name` is the name that colleagues sign with; a member's own name is kept sealed on her member record.
    """

    handle = models.CharField(_("number"), max_length=32, unique=True, default=new_handle, editable=False)
    display_name = models.CharField(_("display name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, default="", blank=True)
    phone = SealedField(_("phone"), null=True, blank=True)
    phone_index = BlindIndexField(of="phone", null=True, blank=True)
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    email = SealedField(_("e-mail"), null=True, blank=True)
    email_index = BlindIndexField(of="email", normal="core.fields.caseless", null=True, blank=True)
    email_verified_at = models.DateTimeField(_("e-mail verified at"), null=True, blank=True)
    is_staff = models.BooleanField(_("works here"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=clock.now)

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()
    held_roles: list[tuple[access.Role, int | None]] | None = None  # read once per object, by core.access
    lacking: list[tuple[str, str, int]] | None = None  # likewise, by core.competence
    known_member: int | None = None  # likewise, by core.messaging.gate

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(fields=["phone_index"], name="one_user_per_phone"),
            models.UniqueConstraint(fields=["email_index"], name="one_user_per_email"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.handle

    def get_full_name(self) -> str:
        return str(self)

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, permission: str, obj: object | None = None) -> bool:
        return access.allows(self, permission)

    def has_perms(self, permissions: list[str], obj: object | None = None) -> bool:
        return all(access.allows(self, permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return access.allows_any_of_app(self, app_label)
