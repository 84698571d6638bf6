"""How articles and announcements look: `{% load knowledge %}`."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from service_desk.knowledge.policy import markup
from service_desk.knowledge.queries import policy_figures

register = template.Library()
ALERTS = {"normal": "alert-info", "important": "alert-warning", "urgent": "alert-danger"}
ICONS = {"normal": "megaphone", "important": "megaphone", "urgent": "triangle-alert"}
TONES = {"normal": "info", "important": "warn", "urgent": "bad"}
KIND_ICONS = {"notice": "megaphone", "policy": "scale", "new": "sparkles"}


@register.filter
def article(text: str) -> SafeString:
    """`{{ text.body|article }}`: the markup of articles as HTML, the policy's figures as they are in force."""
    return drawn(text, figure=policy_figures.reader())


def drawn(text: str, *, figure: markup.Figure) -> SafeString:
    return mark_safe(markup.to_html(text, figure=figure))  # noqa: S308  (policy.markup escapes everything but its own tags)


@register.filter
def news_alert(importance: str) -> str:
    return ALERTS.get(importance, ALERTS["normal"])


@register.filter
def news_icon(importance: str) -> str:
    return ICONS.get(importance, ICONS["normal"])


@register.filter
def news_tone(importance: str) -> str:
    return TONES.get(importance, TONES["normal"])


@register.filter
def news_kind_icon(kind: str) -> str:
    return KIND_ICONS.get(kind, KIND_ICONS["notice"])
