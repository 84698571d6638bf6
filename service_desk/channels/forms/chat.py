"""What a visitor types to begin a chat, and to go on."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import refusals
from core.rules import RuleBroken
from members.models import Member
from members.policy import emails, phones
from service_desk.channels.operations import chat_lines
from service_desk.operations import attachments
from service_desk.operations.attachments import Upload
from service_desk.operations.cases import Contact

LONGEST_NAME, LONGEST_ADDRESS = 80, 200


class OpeningForm(forms.Form):
    """The first words. A visitor says besides who he is and how he is reached when nobody has time; a member is known."""

    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    address = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("There we answer if nobody has time now."),
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(
        label=_("How can we help?"), max_length=chat_lines.LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if member is not None:
            del self.fields["name"], self.fields["address"]

    def clean_address(self) -> dict[str, str]:
        """A number or an address, told apart by the @."""
        text = str(self.cleaned_data["address"])
        try:
            if "@" in text or "＠" in text:
                return {"email": emails.normalise(text)}
            return {"phone": phones.normalise(text, default_region=settings.PHONE_REGION)}
        except RuleBroken as broken:
            raise forms.ValidationError(refusals.said(broken), code=broken.code) from broken

    def contact(self) -> Contact | None:
        if "address" not in self.fields:
            return None
        return Contact(name=self.cleaned_data["name"], **self.cleaned_data["address"])


class LineForm(forms.Form):
    """One more line, with a file or without; what it may be the operation asks."""

    text = forms.CharField(required=False, strip=False)
    key = forms.CharField(max_length=64, required=False)
    file = forms.FileField(required=False, allow_empty_file=True)

    def uploads(self) -> list[Upload]:
        given = self.cleaned_data["file"]
        return [Upload(given.name or "", given.read(attachments.LARGEST + 1))] if given else []
