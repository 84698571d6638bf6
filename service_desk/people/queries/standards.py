"""Standards of posts and spot checks as they are read (SVC-09 · D7.2)."""

import datetime as dt

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from core.models import Post, User
from service_desk.models import Objection, PostStandard, SpotCheck, SpotCheckMark


def of_post(post: Post | int, *, on: dt.date) -> PostStandard | None:
    """The standard that holds for a post on a day: the newest that has begun."""
    rows = PostStandard.objects.filter(post=post, starts_on__lte=on).order_by("-starts_on", "-pk")
    return rows.prefetch_related("criteria").first()


def of_person(person: User, *, on: dt.date) -> PostStandard | None:
    """The standard of the post that somebody holds."""
    rows = PostStandard.objects.filter(post__holders__user=person, starts_on__lte=on).order_by("-starts_on", "-pk")
    return rows.prefetch_related("criteria").first()


def checks() -> QuerySet[SpotCheck]:
    """Spot checks with everything that a page shows of them."""
    marks = SpotCheckMark.objects.select_related("criterion").order_by("criterion__position")
    objections = Objection.objects.select_related("decided_by")
    rows = SpotCheck.objects.select_related("person", "assessor", "standard__post", "store")
    return rows.prefetch_related(Prefetch("marks", marks), Prefetch("objections", objections))


def page_of(check: SpotCheck) -> str:
    """Where the person reads it."""
    return reverse("people:spot_check", args=[check.pk])
