"""Fields that several forms of the service desk have: files, a key that makes a repeat of a form the same one."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from core import refusals
from core.rules import RuleBroken
from service_desk.operations.attachments import LARGEST, MOST_FILES, Upload

LONGEST_TEXT = 10_000
LONGEST_SUBJECT = 200
ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,application/pdf,text/plain,.docx,.xlsx"
OF_FILES = ("attachment", "image", "too_many_attachments")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        limits = {"data-most": str(MOST_FILES), "data-heaviest": str(LARGEST), "accept": ACCEPTED}
        super().__init__({**limits, "data-files": "", **(attrs or {})})


class FilesField(forms.FileField):
    """Any number of files, each as an `Upload`; the operation recognises them and says what it does not take."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        help_text = format_lazy(
            _("Up to {count} pictures, PDF, Word, Excel or text files, {megabytes} MB in all."),
            count=MOST_FILES,
            megabytes=LARGEST // 1024 // 1024,
        )
        super().__init__(**{"required": False, "label": _("Attachments"), "help_text": help_text, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given = data if isinstance(data, list) else [data]
        return [Upload(one.name or "", one.read()) for one in given if one]


class PlainField(forms.CharField):
    """Free text without control characters and the like."""

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value) or "")


def text_field(label: Any, *, rows: int = 6, required: bool = True, **attrs: str) -> PlainField:
    widget = forms.Textarea(attrs={"rows": str(rows), "maxlength": str(LONGEST_TEXT), **attrs})
    return PlainField(label=label, max_length=LONGEST_TEXT, required=required, widget=widget)


class KeyedForm(forms.Form):
    """A form that counts once, however often it is sent; refusals of the operation stand beside the field they are about."""

    PLACES: ClassVar[Mapping[str, str]] = {}
    key = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4().hex

    def clean_key(self) -> str:
        """Whoever sends none, or one that no form of ours has, gets one for this time."""
        given: str = self.cleaned_data["key"]
        return given if given.isalnum() else uuid.uuid4().hex

    def refuse(self, broken: RuleBroken) -> None:
        """Say why not, where it belongs."""
        place = self.PLACES.get(broken.code)
        if place is None and broken.code.startswith(OF_FILES) and "attachments" in self.fields:
            place = "attachments"
        self.add_error(place, forms.ValidationError(refusals.said(broken), code=broken.code))
