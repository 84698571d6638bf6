from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class Department(models.Model):
    """A part of the member operations centre (SVC-14 · B2.1), finance, or the stores; its director sees its people."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    director = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="directs",
        verbose_name=_("director"),
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Store(models.Model):
    """A place where members are served; the unit of object scope (SEC-01)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    city = models.CharField(_("city"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_open = models.BooleanField(_("open for business"), default=True)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What somebody is employed as."""

    title = models.CharField(_("title"), max_length=100)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="posts", verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["department__name", "title"]

    def __str__(self) -> str:
        return self.title


class Employment(models.Model):
    """Who holds which post, and the store he serves at (empty: head office)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="employment", verbose_name=_("user")
    )
    staff_number = models.CharField(_("staff number"), max_length=20, unique=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holders", verbose_name=_("post"))
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("store")
    )
    started_on = models.DateField(_("started on"), default=clock.today)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"


class RoleAssignment(models.Model):
    """A role that a user holds, everywhere or at one store (SEC-01). What a role may do stands in `config/roles.py`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_assignments", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=40)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(ended_at__isnull=True, store__isnull=True),
                name="role_held_once_everywhere",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "store"],
                condition=models.Q(ended_at__isnull=True),
                name="role_held_once_per_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
