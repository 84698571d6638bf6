"""One address, one view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from bench.minimal.models import Member


def member(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "member.html", {"member": get_object_or_404(Member, pk=pk)})


urlpatterns = [path("members/<int:pk>/", member)]
