"""One stage for all tests of this folder: set up once, every request taken back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from tests.access.stage import Stage, set_up


@pytest.fixture(scope="package")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True  # type: ignore[attr-defined]
        with whole:
            yield set_up()
            transaction.set_rollback(True)


@pytest.fixture
def taken_back(stage: Stage) -> Callable[[], AbstractContextManager[None]]:
    """`with taken_back():` — what happens inside has not happened afterwards."""
    return undone


@contextmanager
def undone() -> Iterator[None]:
    point = str(connection.savepoint())
    try:
        yield
    finally:
        cache.clear()
        connection.savepoint_rollback(point)
        connection.savepoint_commit(point)
        connection.needs_rollback = False
        connection.run_on_commit = []
