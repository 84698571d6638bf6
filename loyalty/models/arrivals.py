"""What arrives in files: the file, its receipts as they were read, what was wrong with which row."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import Store, User
from members.models import Member


class MemberReference(models.Model):
    """What another system calls a member: a customer number of a till or a shop, or the token an API client was given."""

    source = models.CharField(_("system"), max_length=24)
    reference = models.CharField(_("reference"), max_length=60)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="references", verbose_name=_("member"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("customer number of another system")
        verbose_name_plural = _("customer numbers of other systems")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="reference_means_one_member")]
        indexes = [models.Index(fields=["member", "source"], name="reference_by_member")]

    def __str__(self) -> str:
        return f"{self.source}: {self.reference}"


class PurchaseImport(models.Model):
    """A file of purchases and returns on its way in (MEM-13 · B3.1): read, looked at, recorded, perhaps undone.

    `origin` names the system it comes from: together with it a receipt number counts once, whatever file brings it.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns to be named")
        CHECKING = "checking", _("being read")
        CHECKED = "checked", _("waiting for your decision")
        RECORDING = "recording", _("being recorded")
        DONE = "done", _("recorded")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    name = models.CharField(_("file"), max_length=120, db_index=True)
    digest = models.CharField(max_length=64, editable=False)
    origin = models.SlugField(_("system"), max_length=16)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MAPPING)
    encoding = models.CharField(_("encoding"), max_length=12)
    header = models.JSONField(_("columns"), default=list)
    layout = models.JSONField(_("meaning of the columns"), default=dict)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    receipts = models.PositiveIntegerField(_("receipts"), default=0)
    recorded = models.PositiveIntegerField(_("recorded"), default=0)
    repeated = models.PositiveIntegerField(_("known already"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    undone = models.PositiveIntegerField(_("undone"), default=0)
    kept = models.PositiveIntegerField(_("could not be undone"), default=0)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("import of purchases")
        verbose_name_plural = _("imports of purchases")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "origin"], condition=~models.Q(state="undone"), name="file_is_imported_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportChunk(models.Model):
    """A thousand rows of a file as they came, sealed, because they may name people. Gone as soon as all is recorded."""

    of_import = models.ForeignKey(PurchaseImport, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_row = models.PositiveIntegerField()
    rows = SealedField()
    is_read = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of_import", "number"], name="chunk_of_a_file_once")]


class ImportDocument(models.Model):
    """A receipt or a credit note of a file, with its lines. It is recorded whole or not at all."""

    class State(models.TextChoices):
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")
        RECORDED = "recorded", _("recorded")
        REPEATED = "repeated", _("known already")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("could not be undone")

    of_import = models.ForeignKey(PurchaseImport, on_delete=models.CASCADE, related_name="documents")
    number = models.CharField(_("receipt number"), max_length=40)
    is_return = models.BooleanField(_("return"), default=False)
    original = models.CharField(_("returns of"), max_length=40, blank=True)
    first_row = models.PositiveIntegerField(_("row"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    occurred_at = models.DateTimeField(_("bought at"))
    lines = models.JSONField(default=list)
    net_minor = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READY)

    class Meta:
        verbose_name = _("receipt of a file")
        verbose_name_plural = _("receipts of files")
        constraints = [models.UniqueConstraint(fields=["of_import", "number"], name="receipt_once_in_a_file")]
        indexes = [models.Index(fields=["of_import", "state", "occurred_at", "first_row"], name="receipt_in_order")]

    def __str__(self) -> str:
        return self.number


class ImportFault(models.Model):
    """What is wrong with a row of a file, and the row as it came."""

    of_import = models.ForeignKey(PurchaseImport, on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=20, blank=True)
    code = models.CharField(_("error"), max_length=40)
    params = models.JSONField(default=dict)
    raw = SealedField(blank=True)

    class Meta:
        verbose_name = _("fault in a file")
        verbose_name_plural = _("faults in files")
        ordering: ClassVar[list[str]] = ["of_import", "row", "id"]
        indexes = [models.Index(fields=["of_import", "row", "id"], name="fault_by_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
