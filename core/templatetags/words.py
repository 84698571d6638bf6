"""Stored codes in words: `{% load words %}`."""

from django import template
from django.utils.translation import pgettext

from core import audit, words

register = template.Library()


@register.filter
def deed(code: str) -> str:
    """What an action of the audit trail is called."""
    return words.of(words.ACTION, code)


@register.filter
def actor(label: str) -> str:
    """Who did it, where nobody was logged in: jobs and providers act for the house."""
    return pgettext("who did it", "system") if label == audit.SYSTEM else label


@register.filter
def noted(text: str) -> str:
    """A reason that the house wrote itself, in words; one that a person typed stays as it is."""
    return words.of(words.NOTE, text)
