"""The site, with one page that stands at a counter."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as site


def till(request: HttpRequest) -> HttpResponse:
    return HttpResponse("till")


urlpatterns = [path("counter/till/", till), *site]
