"""Core's pages of the back office."""

from django.contrib import admin

from core.admin import approvals, competences, home, jobs, keys, messages, organisation, people, trail, wording  # noqa: F401  (registering)
from core.admin.base import Audited, ModelAdmin, ReadOnly, masked, revealable
from core.admin.pages import extra_urls

for _foreign in [model for model in admin.site._registry if not model.__module__.startswith("core.")]:
    admin.site.unregister(_foreign)  # what libraries enter by themselves: groups, plain addresses, second steps
admin.site.extra_urls = extra_urls  # type: ignore[attr-defined]
home.enter()

__all__ = ["Audited", "ModelAdmin", "ReadOnly", "masked", "revealable"]
