"""What editors type: an article and an announcement in every language, and what is decided with them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cards.forms.fields import plain
from cards.models import Product
from core import clock, parameters, words
from core.models import User
from loyalty.admin.earn_rule_form import Moment
from loyalty.policy.parameters import TierParameters
from members.models import LegalText
from service_desk.knowledge.models import Announcement, Article, ArticleCategory, ArticleVersion
from service_desk.knowledge.operations.announcements import Notice
from service_desk.knowledge.operations.announcements import Wording as NewsWording
from service_desk.knowledge.places import PLACES
from service_desk.knowledge.policy import writing
from service_desk.knowledge.policy.writing import Content, Wording

LANGUAGES = tuple(settings.LANGUAGES)


def _name(language: str, part: str) -> str:
    return f"{part}_{language.replace('-', '_')}"


def _line(label: Any, most: int, *, language: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"lang": language, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


def _area(label: Any, most: int, *, language: str, rows: int) -> forms.CharField:
    widget = forms.Textarea(attrs={"lang": language, "rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}), **more)


class Worded(forms.Form):
    """The fields of every language, by name: `title_zh_hans`."""

    parts: Mapping[str, tuple[Any, int, int]] = {}
    """Part → its label, its length at most, its rows (0: one line)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, _language_name in LANGUAGES:
            for part, (label, most, rows) in self.parts.items():
                field = (
                    _area(label, most, language=language, rows=rows) if rows else _line(label, most, language=language)
                )
                self.fields[_name(language, part)] = field

    @property
    def by_language(self) -> list[tuple[str, Any, list[Any]]]:
        """Of each language its code, its name, and its fields."""
        return [(code, name, [self[_name(code, part)] for part in self.parts]) for code, name in LANGUAGES]

    def said(self) -> dict[str, dict[str, str]]:
        """What was typed, by language; languages in which nothing was are left out."""
        found = {
            code: {part: plain(self.cleaned_data.get(_name(code, part)) or "") for part in self.parts}
            for code, _language_name in LANGUAGES
        }
        return {code: texts for code, texts in found.items() if any(texts.values())}


class ArticleForm(Worded):
    """SVC-15 · D6.4 — an article: its terms, and what it says in each language."""

    parts = {
        "title": (_("Title"), writing.LONGEST_TITLE, 0),
        "summary": (_("In one line"), writing.LONGEST_SUMMARY, 0),
        "body": (_("Text"), writing.LONGEST_BODY, 14),
        "keywords": (_("Other words for it, divided by commas"), writing.LONGEST_KEYWORDS, 0),
    }
    audience = forms.ChoiceField(label=_("For"), choices=ArticleVersion.Audience.choices)
    category = forms.ModelChoiceField(label=_("Topic"), queryset=ArticleCategory.objects.all(), empty_label=None)
    is_question = forms.BooleanField(label=_("Stands among the questions"), required=False)
    position = forms.IntegerField(label=_("Position in its list"), min_value=0, max_value=999, initial=50)
    pins = forms.MultipleChoiceField(
        label=_("Pages that lead here"),
        choices=list(PLACES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    related = forms.CharField(
        label=_("See also: addresses of articles, divided by commas"), max_length=600, required=False
    )
    valid_from_on = _day(_("Valid from"), help_text=_("Empty: as soon as it is published."))
    valid_until_on = _day(_("Valid through"), help_text=_("Empty: until another version is published."))
    note = forms.CharField(label=_("What changed"), max_length=200, required=False)

    def clean_related(self) -> tuple[int, ...]:
        wanted = [one.strip().strip("/") for one in self.cleaned_data["related"].replace("，", ",").split(",")]
        slugs = [one for one in wanted if one][:20]
        known = dict(Article.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        if missing := [one for one in slugs if one not in known]:
            raise forms.ValidationError(
                _("There is no article “%(slug)s”."), params={"slug": missing[0]}, code="related"
            )
        return tuple(known[one] for one in slugs)

    def content(self) -> Content:
        typed = self.cleaned_data
        return Content(
            audience=typed["audience"],
            category=typed["category"].pk,
            wordings={code: Wording(**texts) for code, texts in self.said().items()},
            is_question=typed["is_question"],
            position=typed["position"],
            pins=tuple(typed["pins"]),
            related=typed["related"],
            valid_from_on=typed["valid_from_on"],
            valid_until_on=typed["valid_until_on"],
            note=plain(typed["note"]),
        )

    @staticmethod
    def initial_of(version: ArticleVersion) -> dict[str, Any]:
        """What the form begins with when a version is edited."""
        found: dict[str, Any] = {
            "audience": version.audience,
            "category": version.category_id,
            "is_question": version.is_question,
            "position": version.position,
            "pins": version.pins,
            "related": ", ".join(article.slug for article in version.related.all()),
            "valid_from_on": version.valid_from_on,
            "valid_until_on": version.valid_until_on,
            "note": version.note,
        }
        for text in version.texts.all():
            found |= {_name(text.language, part): getattr(text, part) for part in ArticleForm.parts}
        return found


class NewArticleForm(ArticleForm):
    """The same with an address, which stays."""

    slug = forms.CharField(
        label=_("Address"), max_length=60, help_text=_("/help/…/, in small letters and hyphens; it never changes.")
    )
    field_order = ("slug",)


class OwnerForm(forms.Form):
    """Who looks after an article."""

    owner = forms.ModelChoiceField(label=_("Looked after by"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class NewsForm(Worded):
    """MEM-11 · D9.4 — an announcement: to whom, when, how loudly, and what it says in each language."""

    parts = {
        "title": (_("Title"), 120, 0),
        "summary": (_("In one line"), 240, 0),
        "body": (_("Text"), 10_000, 8),
    }
    kind = forms.ChoiceField(label=_("Kind"), choices=Announcement.Kind.choices)
    importance = forms.ChoiceField(label=_("Importance"), choices=Announcement.Importance.choices)
    audience = forms.ChoiceField(label=_("For"), choices=Announcement.Audience.choices)
    tiers = forms.MultipleChoiceField(label=_("Tiers"), required=False, widget=forms.CheckboxSelectMultiple)
    products = forms.ModelMultipleChoiceField(
        label=_("Cards"), queryset=Product.objects.order_by("code"), required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_at = Moment(
        label=_("From"), required=False, help_text=_("Empty: as soon as a second person has approved it.")
    )
    ends_at = Moment(label=_("Until"), required=False)
    is_pinned = forms.BooleanField(label=_("Stands above every page until dismissed"), required=False)
    sends_message = forms.BooleanField(label=_("Also send it to inbox and e-mail"), required=False)
    purpose = forms.ChoiceField(
        label=_("Sent as"),
        choices=Announcement.Purpose.choices,
        help_text=_("Offers reach only those who want offers. What is new is an offer; a change of policy is not."),
    )
    legal_text = forms.ModelChoiceField(
        label=_("Legal text that changes"), queryset=LegalText.objects.order_by("kind", "-version"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ladder = parameters.in_force(TierParameters).ladder
        self.fields["tiers"].choices = [(one.code, words.of(words.TIER, one.code)) for one in ladder]  # type: ignore[attr-defined]

    def notice(self) -> Notice:
        typed = self.cleaned_data
        return Notice(
            kind=typed["kind"],
            audience=typed["audience"],
            starts_at=typed["starts_at"] or clock.now(),
            wordings={code: NewsWording(**texts) for code, texts in self.said().items()},
            ends_at=typed["ends_at"],
            importance=typed["importance"],
            tiers=tuple(typed["tiers"]),
            products=tuple(product.pk for product in typed["products"]),
            is_pinned=typed["is_pinned"],
            sends_message=typed["sends_message"],
            purpose=typed["purpose"],
            legal_text=typed["legal_text"],
        )

    @staticmethod
    def initial_of(row: Announcement) -> dict[str, Any]:
        """What the form begins with when a draft is edited."""
        names = (
            "kind",
            "importance",
            "audience",
            "tiers",
            "starts_at",
            "ends_at",
            "is_pinned",
            "sends_message",
            "purpose",
        )
        found = {name: getattr(row, name) for name in names}
        found |= {"products": list(row.products.all()), "legal_text": row.legal_text_id}
        for text in row.texts.all():
            found |= {_name(text.language, part): getattr(text, part) for part in NewsForm.parts}
        return found
