"""SVC-08 · D7.1 — where a certificate is earned: what core asks when it tells somebody which one he lacks."""

from collections.abc import Collection, Mapping

from django.urls import reverse

from core import competence
from service_desk.models import Course


def _learn(competences: Collection[int]) -> Mapping[int, str]:
    """The open course that leads to each; of several the oldest."""
    rows = Course.objects.filter(state=Course.State.OPEN, competence__in=competences).order_by("-pk")
    return {one: reverse("people:course", args=[code]) for one, code in rows.values_list("competence", "code")}


competence.teach(_learn, home="people:training")
