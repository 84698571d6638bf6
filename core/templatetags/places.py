"""What other apps put on a page: `{% load places %}`."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from core import places

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: template.Context, name: str) -> SafeString:
    """`{% place "portal.points" %}`: what was entered for this place (`core.places`)."""
    return mark_safe(places.drawn(context.get("request"), name))  # noqa: S308  (each filling escapes its own)
