"""What is typed about improvement measures (SVC-05 · D6.3)."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from cards.models import Product
from core.models import Department, Store, User
from service_desk.forms.fields import PlainField, text_field
from service_desk.models import Case, CaseCategory, ImprovementMeasure, RootCause
from service_desk.models.complaint_choices import Basis, MeasureState
from service_desk.policy.codes import Kind
from service_desk.queries import causes
from service_desk.queries.complaint_choosing import colleagues

PERCENT = 100
LONGEST_TITLE, LONGEST_NOTE = 120, 500


class MeasureForm(forms.Form):
    """The terms of a measure; the target is typed as the share of complaints that may be left, in per cent."""

    title = PlainField(label=_("Measure"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"maxlength": "120"}))
    what = text_field(_("What is done"), rows=5)
    cause = forms.ChoiceField(label=_("Root cause"))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=_("choose one"))
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), empty_label=_("choose one")
    )
    due_on = forms.DateField(
        label=_("To be done by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    target = forms.IntegerField(
        label=_("Share of complaints that may be left, in per cent"),
        initial=50,
        validators=[MinValueValidator(0), MaxValueValidator(99)],
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": "0", "max": "99"}),
        help_text=_("Of the rate before the work: 50 means half as often."),
    )
    basis = forms.ChoiceField(label=_("Measured against"), choices=Basis.choices)
    category = forms.ModelChoiceField(
        label=_("Only category"), queryset=CaseCategory.objects.none(), required=False, empty_label=_("all")
    )
    product = forms.ModelChoiceField(
        label=_("Only product"), queryset=Product.objects.none(), required=False, empty_label=_("all")
    )
    store = forms.ModelChoiceField(
        label=_("Only store"), queryset=Store.objects.all(), required=False, empty_label=_("all")
    )

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        tree = causes.tree()
        named: Any = self.fields["cause"]
        named.choices = [
            ("", _("choose one")),
            *((pk, tree.path(pk)) for pk, row in tree.rows.items() if row.is_active),
        ]
        people: Any = self.fields["owner"]
        people.queryset = User.objects.filter(pk__in=[one.pk for one in colleagues()]).order_by("display_name", "pk")
        kinds: Any = self.fields["category"]
        kinds.queryset = CaseCategory.objects.filter(kind=Kind.COMPLAINT)
        products: Any = self.fields["product"]
        products.queryset = Product.objects.select_related("version").order_by("code")

    def terms(self) -> dict[str, Any]:
        """As the operation takes them."""
        given = dict(self.cleaned_data)
        given["cause"] = RootCause.objects.get(pk=int(given["cause"]))
        given["target_bps"] = PERCENT * given.pop("target")
        return {**given, "case": self.case}


def initial_of(measure: ImprovementMeasure) -> dict[str, Any]:
    """What stands in a draft."""
    same = ("title", "what", "due_on", "basis")
    ids = ("cause", "owner", "department", "category", "product", "store")
    return {
        **{name: getattr(measure, name) for name in same},
        **{name: getattr(measure, f"{name}_id") for name in ids},
        "target": measure.target_bps // PERCENT,
    }


class NoteForm(forms.Form):
    """What was done, or why it is dropped."""

    note = PlainField(label=_("In a few words"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": "3"}))


class VerdictForm(forms.Form):
    """Whether it has an effect; beside the figures only with a word."""

    confirmed = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(str(one), one.label) for one in (MeasureState.VERIFIED, MeasureState.NOT_EFFECTIVE)],
    )
    comment = PlainField(
        label=_("Comment"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": "3"})
    )
