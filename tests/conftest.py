"""Fixtures that every test may ask for."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from cards.queries import entitlements
from core import catalogues
from loyalty.queries import catalogue
from service_desk.knowledge.queries import kept
from tests.cast import *  # noqa: F403  (the standing cast)

pytest_plugins = ["tests.examples", "tests.flushing", "tests.tables"]


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """The translations as the programme has them: compiled where it starts."""
    catalogues.compile_all(Path(settings.BASE_DIR))


@pytest.fixture(autouse=True)
def _nothing_kept_of_another_database() -> None:
    """What is frozen in one test's database is another version, under the same key, in the next."""
    entitlements.forget()
    catalogue.forget()
    kept.forget()


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The folder of case tables and real data, which stands beside the project and is no part of it.

    Where it is missing the test is left out by name. `TESSERA_SHARED_DATA` says where else to look.
    """
    named = os.environ.get("TESSERA_SHARED_DATA")
    beside = (parent / "shared" / "data" for parent in Path(__file__).resolve().parents)
    found = next((path for path in ([Path(named)] if named else beside) if path.is_dir()), None)
    if found is None:
        pytest.skip(f"left out: {request.node.nodeid} needs the shared case tables (TESSERA_SHARED_DATA)")
    return found


@pytest.fixture(autouse=True)
def _no_language_of_another_test() -> None:
    """A request leaves its language behind in the thread; each test begins in the default one."""
    translation.deactivate()
