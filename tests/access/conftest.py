"""The house is built once for the package and taken back whole; each test undoes what it did itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings

from core import health
from tests.access import house as building
from tests.access.house import House


@pytest.fixture(scope="package")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Pictures of the house lie beside it."""
    folder = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=folder):
        yield folder


@pytest.fixture(scope="package")
def built(media: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield building.build()
        transaction.set_rollback(True)


@pytest.fixture
def house(built: House, db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    """The rows and everybody as they were built; objects are shared, so that a test reads before it writes."""
    cache.clear()
    monkeypatch.setattr(health, "parts", lambda: dict.fromkeys(health.NAMES, True))  # no broker runs beside the tests
    return built


def browser(house: House, face: str) -> Client:
    """The browser of a face, logged in unless it is a visitor's."""
    client = Client(raise_request_exception=False)
    user = house.people[face]
    if user is not None:
        client.force_login(user)
    return client
