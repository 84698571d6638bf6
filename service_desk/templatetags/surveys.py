"""Texts of surveys in the reader's language: `{% load surveys %}` `{{ version.title|spoken }}`."""

from django import template

from service_desk.surveys.models import texts

register = template.Library()


@register.filter
def spoken(words: texts.Words) -> str:
    return texts.spoken(words)
