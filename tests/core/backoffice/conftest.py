"""What every page of work begins with."""

import pytest
from django.core.cache import cache

from core import clock, parameter_revisions
from core.models import (
    Approval,
)

AREA = "personal_data"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def asked(planner, director) -> Approval:
    return parameter_revisions.propose(
        AREA,
        values={"alert_above_an_hour": 30},
        effective_on=clock.today(),
        reason="New colleagues look up more",
        author=planner,
    )
