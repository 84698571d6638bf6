"""A text in every language of the programme, as one field of a form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy

from cards.forms.fields import plain

CODES = [code for code, _name in settings.LANGUAGES]


class InLanguages(forms.MultiWidget):
    """A line, or a few, for each language; each says to a screen reader what it is and in which language."""

    def __init__(self, *, label: str | Promise, rows: int, longest: int) -> None:
        super().__init__(
            [_box(code, format_lazy("{} · {}", label, name), rows, longest) for code, name in settings.LANGUAGES]
        )

    def decompress(self, value: Any) -> list[str]:
        return [value.get(code, "") for code in CODES] if isinstance(value, Mapping) else ["" for _code in CODES]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


def _box(code: str, name: Any, rows: int, longest: int) -> forms.Widget:
    attrs = {"lang": code, "maxlength": longest, "aria-label": name, "placeholder": name, "autocomplete": "off"}
    return forms.TextInput(attrs=attrs) if rows == 1 else forms.Textarea(attrs=attrs | {"rows": rows})


class Words(forms.MultiValueField):
    """What is typed, by language. Empty lines are allowed while something is a draft; publishing asks for all of them."""

    def __init__(self, *, label: Any, longest: int, rows: int = 1) -> None:
        fields = [forms.CharField(required=False, max_length=longest) for _code in CODES]
        widget = InLanguages(label=label, rows=rows, longest=longest)
        super().__init__(fields, label=label, require_all_fields=False, required=False, widget=widget)

    def compress(self, data_list: list[Any]) -> dict[str, str]:
        said = dict(zip(CODES, data_list or [""] * len(CODES), strict=True))
        return {code: plain(text) for code, text in said.items() if plain(text)}
