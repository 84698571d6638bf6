"""The service desk: pages of the queue, the search, and the night after business hours have changed.

Queue and search run the same code among all cases and among a thousand: what grows with the table shows in the ratio. The limit
of the clocks is what must be written and read by anybody: the events in order, and the rows of clocks and cases by statements
for five hundred at a time, without a single computation.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from psycopg2.extensions import connection
from psycopg2.extras import execute_values

from bench.harness import Benchmark, Measured, Size, Watch, counting

AT_LEAST, BATCH = 5, 2_000


class _Pages(Benchmark):
    """Each page again and again; how many statements the dearest one asks."""

    data, limit_data = "desk", "desk_few"
    limit_is = "thousand"

    def pages(self) -> dict[str, Callable[[], object]]:
        raise NotImplementedError

    def ours(self, size: Size, turn: int) -> Measured:
        measured, most = Measured(), 0.0
        pages = self.pages()
        for name, page in pages.items():
            page()
            one = Measured()
            with counting(one):
                page()
            most = max(most, one.statements)
            measured.parts[name] = _rate(page, size.seconds / len(pages))
        measured.done = len(pages)
        measured.statements = most * len(pages)
        measured.seconds = sum(1 / rate for rate in measured.parts.values())
        return measured


class DeskQueue(_Pages):
    name = "desk-queue"
    title = "pages of the queue, all cases beside a thousand"
    at_least = 1 / 3
    at_most = {"statements": 4}

    def pages(self) -> dict[str, Callable[[], object]]:
        from service_desk.models import AgentProfile
        from service_desk.queries import queue

        agent = AgentProfile.objects.select_related("user").earliest("pk").user
        middle = _place_in_the_middle()
        return {
            "mine": lambda: queue.page(queue.mine(agent)),
            "nobody's": lambda: queue.page(queue.nobodys()),
            "for my skills": lambda: queue.page(queue.for_me(agent)),
            "how many in each": lambda: queue.counts(agent),
            "near their deadline": lambda: queue.page(queue.near_breach()),
            "all, from the middle": lambda: queue.page(queue.undone(), after=middle),
        }


class DeskSearch(_Pages):
    name = "desk-search"
    title = "search of cases, all beside a thousand"
    at_least = 1 / 10
    at_most = {"statements": 4}

    def pages(self) -> dict[str, Callable[[], object]]:
        from service_desk.models import Case
        from service_desk.queries import finding, queue

        number = Case.objects.earliest("pk").number
        return {
            "a number": lambda: queue.shown(finding.find(number)),
            "a rare word": lambda: queue.shown(finding.find("杯垫")),
            "a word of every fifth case": lambda: queue.shown(finding.find("早餐")),
            "a common and a rare word": lambda: queue.shown(finding.find("早餐 word1999")),
            "a word that nobody said": lambda: queue.shown(finding.find("落地灯")),
        }


class ReckonAnew(Benchmark):
    name = "desk-reckon"
    title = "clocks of every open case after new hours"
    at_least = 0.05
    at_most = {"peak_mb": 300, "statements": 0.05}
    fixed = writes = True
    data = "desk"

    def ours(self, size: Size, turn: int) -> Measured:
        from core import sweeps
        from service_desk.queries import hours

        hours.in_force()
        sweeps.run("cases.close")  # a worker has long been warm
        watch = Watch()
        with watch.running(counts=True) as measured:
            run = sweeps.run("cases.reckon")
        run.refresh_from_db()
        measured.done = run.done
        return measured

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        watch = Watch()
        with db.cursor() as cursor, watch.running() as measured:
            after = 0
            while keys := _open(cursor, after):
                after = keys[-1]
                cursor.execute(READ, [keys])
                cursor.fetchall()
                cursor.execute("SELECT * FROM service_desk_caseclock WHERE case_id = ANY(%s)", [keys])
                clocks = cursor.fetchall()
                execute_values(cursor, CLOCKS, [(row[0],) for row in clocks], page_size=500)
                execute_values(cursor, CASES, [(key,) for key in keys], page_size=500)
                measured.done += len(keys)
        return measured


READ = "SELECT * FROM service_desk_caseevent WHERE case_id = ANY(%s) ORDER BY case_id, id"
CLOCKS = (
    "UPDATE service_desk_caseclock c SET due_at = now(), next_step_at = now() FROM (VALUES %s) v(id) WHERE c.id = v.id"
)
CASES = (
    "UPDATE service_desk_case c SET first_due_at = now(), reckoned_with = 'x' FROM (VALUES %s) v(id) WHERE c.id = v.id"
)


def _open(cursor: Any, after: int) -> list[int]:
    cursor.execute(
        "SELECT id FROM service_desk_case WHERE state IN ('new', 'open', 'waiting', 'inside') AND reckoned_with <> 'x'"
        " AND id > %s ORDER BY id LIMIT %s",
        [after, BATCH],
    )
    return [key for (key,) in cursor.fetchall()]


def _place_in_the_middle() -> str:
    from service_desk.models.cases import QUEUE
    from service_desk.queries import queue

    rows = queue.undone().order_by(*QUEUE)
    return queue._written(rows[rows.count() // 2])


def _rate(page: Callable[[], object], seconds: float) -> float:
    """How often a second the page is made, once it is warm."""
    done, begun = 0, perf_counter()
    with _watching():
        while done < AT_LEAST or perf_counter() - begun < seconds:
            page()
            done += 1
    return done / (perf_counter() - begun)


@contextmanager
def _watching() -> Iterator[None]:
    """No statement counts without an end in sight."""
    from django.db import connection as django

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "COUNT(*)" in sql and "LIMIT" not in sql:
            raise AssertionError(f"counts a whole table: {sql}")
        return execute(sql, params, many, context)

    with django.execute_wrapper(look):
        yield
