"""Addresses of the back office that belong to no single model."""

from django.contrib import admin
from django.urls import URLPattern, path

from core.views import reveal


def extra_urls() -> list[URLPattern]:
    inside = admin.site.admin_view
    return [
        path("reveal/<slug:app>/<slug:model>/<str:pk>/<slug:field>/", inside(reveal.reveal), name="reveal"),
    ]
