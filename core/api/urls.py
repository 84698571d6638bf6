"""The addresses of the API: its own pages, whatever the apps have entered, and a plain answer for the rest."""

from django.urls import path

from core.api import routes
from core.views import api

app_name = "api"
urlpatterns = [
    path("", api.page, name="page"),
    path("openapi.json", api.description, name="openapi"),
    *routes.urlpatterns(),
    path("<path:rest>", api.missing, name="missing"),
]
