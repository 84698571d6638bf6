"""Core's pages of the back office."""

from django.contrib import admin

from core.admin import messages, wording
from core.admin.base import ModelAdmin, ReadOnly, masked, revealable
from core.admin.pages import extra_urls

admin.site.extra_urls = extra_urls  # type: ignore[attr-defined]

__all__ = ["ModelAdmin", "ReadOnly", "masked", "messages", "revealable", "wording"]
