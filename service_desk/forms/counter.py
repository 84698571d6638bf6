"""What a clerk or an agent writes down of somebody who stands before them or calls (SVC-01, SVC-02 · A6.2)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from members.forms import fields as personal
from members.policy import names, phones
from service_desk.forms.fields import KeyedForm, text_field
from service_desk.forms.portal import KINDS
from service_desk.operations.cases import Contact
from service_desk.policy.codes import Kind


def read_phone(text: str) -> str:
    """Any number that can be called, a landline too."""
    return phones.normalise(text, default_region=settings.PHONE_REGION)


def _typed(kind: str, most: int) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": kind, "maxlength": str(most), "autocomplete": "off"})


class SpokenForm(KeyedForm):
    """SVC-02 — what was said, and what was answered if that settled it. A stranger says who he is, so far as he likes."""

    PLACES: ClassVar[Mapping[str, str]] = {
        "case_needs_words": "text",
        "text_too_long": "text",
        "only_simple_cases_close_at_once": "answer",
        "category_of_another_kind": "category",
        "category_unknown": "category",
    }
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, initial=Kind.ENQUIRY)
    text = text_field(_("What was said"), rows=4)
    answer = text_field(_("Settled on the spot: what was answered"), rows=2, required=False)
    name = personal.RuledField(
        rule=names.normalise, label=_("Name"), required=False, widget=_typed("text", names.LONGEST)
    )
    phone = personal.RuledField(rule=read_phone, label=_("Phone number"), required=False, widget=_typed("tel", 40))
    email = personal.RuledField(
        rule=lambda text: personal.read_email(text).value, label=_("E-mail address"), required=False,
        widget=_typed("email", 200),
    )  # fmt: skip

    def __init__(self, *args: Any, knows_person: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if knows_person:
            for name in ("name", "phone", "email"):
                del self.fields[name]

    @property
    def contact(self) -> Contact | None:
        given = [self.cleaned_data.get(name) or "" for name in ("name", "phone", "email")]
        return Contact(*given) if any(given) else None
