"""Fields whose rule stands in the policy: what a rule refuses is said beside the field, and never repeats the input."""

from collections.abc import Callable
from typing import Any

from django import forms

from core import refusals
from core.rules import RuleBroken

FAR_TOO_LONG = 20_000


class RuledField(forms.CharField):
    """A text that a rule of the policy brings into its stored form, or refuses. Invisible characters are the rule's."""

    def __init__(self, *, rule: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.rule = rule
        self.validators = []

    def clean(self, value: Any) -> str:
        text = "" if value is None else str(value)[:FAR_TOO_LONG]
        if not text.strip() and not self.required:
            return ""
        try:
            return self.rule(text)
        except RuleBroken as broken:
            raise forms.ValidationError(refusals.said(broken), code=broken.code) from broken


def plain(text: str) -> str:
    """A free text as it may be stored: no control characters, one kind of line break."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable()).strip() for line in lines).strip()
