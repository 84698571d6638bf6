from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Spoken:
    """Texts that are written in every language of the programme, a field for each: `text`, `text_zh_hans`, …"""

    def worded(self, field: str, language: str | None = None) -> str:
        """The text of a field in a language, by default the active one; English where none was written."""
        suffix = (language or get_language() or "en").replace("-", "_").lower()
        found: str = getattr(self, f"{field}_{suffix}", "") or getattr(self, field)
        return found


class Worded(Spoken, models.Model):
    """A name in every language of the programme; the reader's own is shown, English where none was written."""

    name = models.CharField(_("name (English)"), max_length=80)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=80, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=80, blank=True)
    description = models.TextField(_("description (English)"), blank=True)
    description_zh_hans = models.TextField(_("description (Simplified Chinese)"), blank=True)
    description_zh_hant = models.TextField(_("description (Traditional Chinese)"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.worded("name")

    @property
    def localized_name(self) -> str:
        return self.worded("name")

    @property
    def localized_description(self) -> str:
        return self.worded("description")
