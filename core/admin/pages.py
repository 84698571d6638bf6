"""Addresses of the back office that belong to no single model."""

from django.contrib import admin
from django.urls import URLPattern, path

from core.admin import parameters
from core.views import reveal


def extra_urls() -> list[URLPattern]:
    inside = admin.site.admin_view
    return [
        path("core/parameters/", inside(parameters.overview), name="core_parameters"),
        path("core/parameters/<slug:code>/", inside(parameters.area), name="core_parameters_area"),
        path("reveal/<slug:app>/<slug:model>/<str:pk>/<slug:field>/", inside(reveal.reveal), name="reveal"),
    ]
