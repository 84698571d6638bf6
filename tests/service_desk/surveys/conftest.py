"""The clock stands at noon of a Monday in every test of surveys that does not move it."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from core import clock
from core.models import User
from service_desk.surveys.models import Survey
from tests.service_desk.surveys import cast


@pytest.fixture(autouse=True)
def _five_past_ten() -> None:
    """Not so here: what runs in several threads shares one clock only where it goes on."""


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def on_a_monday(noon: dt.datetime) -> Iterator[dt.datetime]:
    with clock.stopped(noon):
        yield noon


@pytest.fixture
def csat(planner: User, director: User) -> Survey:
    """How was it? From 1 to 5; whoever says 2 or less is asked why; then a choice that may be passed over."""
    return cast.published("how-was-it", cast.CSAT, by=planner, approver=director)


@pytest.fixture
def nps(planner: User, director: User) -> Survey:
    return cast.published("recommend", cast.NPS, kind="nps", by=planner, approver=director)
