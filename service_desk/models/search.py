from django.db import models
from django.utils.translation import gettext_lazy as _

from service_desk.models.cases import Case


class CaseSearch(models.Model):
    """What a case is found by though it is sealed (SVC-01, SEC-03): keyed digests of its words, in no order of the text.

    Each is ten letters. On PostgreSQL a GIN index over `case_words(tokens)` answers, elsewhere LIKE.
    """

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="search", verbose_name=_("case")
    )
    tokens = models.TextField(default="")

    class Meta:
        verbose_name = _("search words of a case")
        verbose_name_plural = _("search words of cases")

    def __str__(self) -> str:
        return str(self.case_id)
