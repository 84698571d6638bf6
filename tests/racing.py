"""Many at once, and the negative controls that show a race to be one."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import pytest
from django.db import connections
from django.db.models import Manager


def at_once(work: Callable[[Any], Any], over: Iterable[Any], *, threads: int = 8) -> list[Any]:
    """Do the work for each in parallel, each at the caller's hour; what it answered, or the exception."""

    def one(item: Any) -> Any:
        try:
            return work(item)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(copy_context().run, one, item) for item in over]
        return [each.result() for each in running]


@contextmanager
def unlocked(monkeypatch: pytest.MonkeyPatch, *managers: Manager[Any]) -> Iterator[None]:
    """The negative control: rows are read without being held."""
    with monkeypatch.context() as patch:
        for manager in managers:
            patch.setattr(manager, "select_for_update", lambda manager=manager, **_: manager.all())
        yield
