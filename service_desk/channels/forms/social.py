"""What a colleague writes down of a social network, and answers to it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core import refusals
from core.rules import RuleBroken
from members.models import Member
from service_desk.channels import social_networks
from service_desk.channels.policy import social


class SeenForm(forms.Form):
    """A post that a colleague has seen."""

    network = forms.ChoiceField(label=_("Network"))
    handle = forms.CharField(label=_("Name at the network"), max_length=social.LONGEST_NAME)
    link = forms.CharField(label=_("Link"), max_length=social.LONGEST_LINK, required=False)
    text = forms.CharField(label=_("What was written"), max_length=social.LONGEST_TEXT, widget=forms.Textarea)
    member = forms.CharField(
        label=_("Member number"), max_length=20, required=False, help_text=_("If you know whose post it is.")
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {code: code for code in settings.SOCIAL_NETWORKS} | social_networks.NAMES
        self.fields["network"].choices = list(known.items())  # type: ignore[attr-defined]

    def clean_link(self) -> str:
        try:
            return social.link(str(self.cleaned_data["link"]).strip())
        except RuleBroken as broken:
            raise forms.ValidationError(refusals.said(broken)) from broken

    def clean_member(self) -> Member | None:
        number = str(self.cleaned_data["member"]).strip()
        found = Member.objects.filter(number=number).first() if number else None
        if number and found is None:
            raise forms.ValidationError(_("There is no member with this number."))
        return found


class AnswerForm(forms.Form):
    """An answer that the network is handed."""

    body = forms.CharField(label=_("Your answer"), max_length=4_000, widget=UnfoldAdminTextareaWidget)


class AnsweredForm(AnswerForm):
    """An answer that was given at the network itself."""

    link = forms.CharField(
        label=_("Link to the answer"), max_length=social.LONGEST_LINK, required=False, widget=UnfoldAdminTextInputWidget
    )
