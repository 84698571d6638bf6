from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditChain(models.Model):
    """The head of one hash chain. Several chains run side by side so that writers need not queue for one row."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")
    seal = models.CharField(max_length=64, default="")


class AuditRecord(models.Model):
    """Who did or saw what, when, why and from where (SEC-02). Append-only; each record's hash covers the one before."""

    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="records", verbose_name=_("chain"))
    sequence = models.BigIntegerField(_("place in the chain"))
    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    actor_label = models.CharField(_("who"), max_length=120, blank=True)
    action = models.CharField(_("what"), max_length=80)
    subject = models.CharField(_("on what"), max_length=120)
    member_id = models.BigIntegerField(_("member"), null=True)
    store = models.ForeignKey(
        "core.Store", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store")
    )
    address = models.CharField(_("from where"), max_length=45, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    details = models.JSONField(_("details"), default=dict)
    previous = models.CharField(_("hash before it"), max_length=64)
    digest = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_used_once")]
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["member_id", "-id"], name="audit_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
