"""The forms of the staff pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import access, staff
from core.models import Post, Store, User


class HireForm(forms.Form):
    """A new colleague."""

    name = forms.CharField(label=_("name"), max_length=100)
    email = forms.EmailField(
        label=_("e-mail"), max_length=150, help_text=_("The colleague logs in with it and receives the codes there.")
    )
    staff_number = forms.CharField(label=_("staff number"), max_length=20)
    post = forms.ModelChoiceField(Post.objects.select_related("department"), label=_("post"))
    store = forms.ModelChoiceField(
        Store.objects.filter(is_open=True), label=_("store"), required=False, empty_label=_("head office")
    )
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)


class MoveForm(forms.Form):
    """Another post or store."""

    post = forms.ModelChoiceField(Post.objects.select_related("department"), label=_("post"))
    store = forms.ModelChoiceField(Store.objects.all(), label=_("store"), required=False, empty_label=_("head office"))
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)


class GrantForm(forms.Form):
    """A role, everywhere or at a store: only what the grantor may hand out is on offer."""

    role = forms.ChoiceField(label=_("role"))
    store = forms.ModelChoiceField(
        Store.objects.all(), label=_("store"), required=False, empty_label=_("none: a role of the head office")
    )
    reason = forms.CharField(label=_("reason"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data, prefix="grant")
        names = access.roles()
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (code, names[code].name) for code in staff.grantable_by(by)
        ]
        self.fields["store"].queryset = access.within_scope(  # type: ignore[attr-defined]
            Store.objects.all(), by, path="pk"
        )
