"""What members and whoever writes to us type (SVC-01, SVC-04 · A6.2, D6)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import Card, Order
from members.forms import fields as personal
from service_desk.forms.fields import LONGEST_SUBJECT, FilesField, KeyedForm, PlainField, text_field
from service_desk.operations.rating import LONGEST_COMMENT
from service_desk.policy.codes import Kind

KINDS: Sequence[tuple[str, str | Promise]] = (
    (Kind.ENQUIRY, pgettext_lazy("what somebody comes for", "A question")),
    (Kind.COMPLAINT, pgettext_lazy("what somebody comes for", "A complaint")),
    (Kind.REQUEST, pgettext_lazy("what somebody comes for", "A request")),
    (Kind.SUGGESTION, pgettext_lazy("what somebody comes for", "A suggestion")),
    (Kind.PRAISE, pgettext_lazy("what somebody comes for", "Praise")),
)
STARS: Sequence[tuple[str, str | Promise]] = (
    ("1", pgettext_lazy("rating", "bad")),
    ("2", pgettext_lazy("rating", "poor")),
    ("3", pgettext_lazy("rating", "all right")),
    ("4", pgettext_lazy("rating", "good")),
    ("5", pgettext_lazy("rating", "very good")),
)


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("What is it?"), choices=KINDS, initial=Kind.ENQUIRY, widget=forms.RadioSelect)


def subject_field() -> PlainField:
    attrs = {"maxlength": str(LONGEST_SUBJECT), "autocomplete": "off"}
    return PlainField(label=_("In a few words"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs=attrs))


class AskForm(KeyedForm):
    """SVC-01 — a member's own case; a card or an order of hers, where it is about one."""

    PLACES: ClassVar[dict[str, str]] = {"case_needs_words": "text", "text_too_long": "text"}
    kind = kind_field()
    subject = subject_field()
    text = text_field(_("What happened, what do you need?"), rows=7)
    about = forms.ChoiceField(label=_("Is it about a card or an order?"), required=False)
    attachments = FilesField()

    def __init__(self, *args: Any, cards: Sequence[Card], orders: Sequence[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cards = {f"card-{one.public_id}": one for one in cards}
        self.orders = {f"order-{one.token}": one for one in orders}
        known = [(value, _card_word(card)) for value, card in self.cards.items()]
        known += [(value, _order_word(order)) for value, order in self.orders.items()]
        self.fields["about"].choices = [("", _("No, or I am not sure")), *known]  # type: ignore[attr-defined]

    @property
    def card(self) -> Card | None:
        return self.cards.get(self.cleaned_data["about"])

    @property
    def order(self) -> Order | None:
        return self.orders.get(self.cleaned_data["about"])


def _card_word(card: Card) -> str:
    return _now("Card %(name)s, …%(end)s") % {"name": card.version.localized_name, "end": card.number.number[-4:]}


def _order_word(order: Order) -> str:
    return _now("Order %(number)s") % {"number": order.number}


class AnswerForm(KeyedForm):
    """SVC-01 — another word of the member's: text, files, or both."""

    PLACES: ClassVar[dict[str, str]] = {"text_too_long": "text"}
    text = text_field(_("Your message"), rows=4, required=False)
    attachments = FilesField()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given["text"] and not given["attachments"]:
            self.add_error("text", _("Please write something, or attach a file."))
        return given


class RateForm(forms.Form):
    """SVC-04 — how it was handled, from one to five."""

    score = forms.TypedChoiceField(label=_("How did we do?"), choices=STARS, coerce=int, widget=forms.RadioSelect)
    comment = PlainField(
        label=_("What should we know?"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3", "maxlength": str(LONGEST_COMMENT)}),
    )


class ContactForm(KeyedForm):
    """SVC-01 — somebody who is no member, or is not logged in: a name, an address to answer to, and the matter."""

    PLACES: ClassVar[dict[str, str]] = {"case_needs_words": "text", "text_too_long": "text"}
    name = personal.name_field()
    address = personal.address_field(autocomplete="tel")
    kind = kind_field()
    subject = subject_field()
    text = text_field(_("What happened, what do you need?"), rows=7)
    field_order = ("kind", "subject", "text", "name", "address")
