"""No test is left out silently: a pytest plugin.

What asks no database is marked `pure`: it need not be tried again on another one, unless it is a property, which is tried
with all its examples there.

Outside CI a test may skip itself when its reason begins with “left out:”; any other skip fails. In CI every skip fails,
since everything a test may need is there. What the markers leave out is named at the end.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from typing import Any

import pytest
from django.test import TransactionTestCase
from hypothesis import is_hypothesis_test

HOW = {
    "browser": "make test-browser",
    "postgres": "make test-postgres",
    "pure": "make test",
    "slow": "make test-all",
    "walk": "make test-walks",
}
_left_out: dict[str, Counter[str]] = defaultdict(Counter)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        marked = any(item.get_closest_marker(marker) for marker in HOW)
        if not marked and not _asks_a_database(item) and not is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("pure")


def _asks_a_database(item: pytest.Item) -> bool:
    tested = getattr(item, "cls", None)
    of_django = isinstance(tested, type) and issubclass(tested, TransactionTestCase)
    asked_for = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return of_django or bool(item.get_closest_marker("django_db")) or bool(asked_for)


def allowed(reason: str) -> bool:
    return os.environ.get("CI", "").lower() != "true" and reason.removeprefix("Skipped: ").startswith("left out:")


def judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    """A skip that is not allowed becomes a failure that says so."""
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not allowed(reason):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} may not be left out here ({reason})"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    judge(report)
    return report


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    for item in items:
        for marker in HOW:
            if item.get_closest_marker(marker):
                _left_out[marker][item.location[0]] += 1
                break


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of a divided run hands what it saw to the process that writes the summary; all see the same."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["left_out"] = {marker: dict(files) for marker, files in _left_out.items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for marker, files in getattr(node, "workeroutput", {}).get("left_out", {}).items():
        _left_out[marker] = Counter(files)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for marker, files in sorted(_left_out.items()):
        terminalreporter.write_line(f"left out: {files.total()} {marker} tests ({HOW[marker]}), of")
        for path, count in sorted(files.items()) if marker != "pure" else ():
            terminalreporter.write_line(f"    {path} {count}")
