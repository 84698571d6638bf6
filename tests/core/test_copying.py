"""Rows that are copied in are the rows that the ORM would have written, whatever stands in them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock, copying
from core.models import JobRun, Message, RoleAssignment, Store
from tests import factories

pytestmark = pytest.mark.django_db
AWKWARD = [
    "",
    r"\N",
    "\\.",
    'a "quoted" word',
    "one, two",
    "two\nlines\r\n",
    "\ttab",
    "null",
    "NULL",
    "'",
    "汉字 · 😀",
    " ",
]


def test_texts_numbers_nothing_and_json_come_back_as_they_were():
    finished = clock.now().replace(microsecond=123456)
    rows = [
        (f"job-{n}", text, {"said": text, "also": [None, 1, True]}, None if n % 2 else n, None if n % 3 else finished)
        for n, text in enumerate(AWKWARD)
    ]
    copying.insert(JobRun, ("job", "error", "params", "total", "finished_at"), rows)
    found = JobRun.objects.order_by("pk").values_list("job", "error", "params", "total", "finished_at")
    assert list(found) == rows
    one, plain = JobRun.objects.earliest("pk"), JobRun(job="plain")
    assert (one.state, one.cursor, one.done, one.requested_by_id) == (plain.state, plain.cursor, plain.done, None)


def test_reserved_keys_are_fresh_and_can_be_named():
    JobRun.objects.create(job="before")
    keys = copying.reserve(JobRun, 3)
    copying.insert(JobRun, ("id", "job"), [(key, f"job-{key}") for key in keys])
    assert list(JobRun.objects.filter(pk__in=keys).order_by("pk").values_list("job", flat=True)) == [
        f"job-{key}" for key in sorted(keys)
    ]
    assert JobRun.objects.create(job="after").pk not in keys


def test_each_known_row_gets_its_own_values():
    runs = [JobRun.objects.create(job=f"job-{n}", done=n) for n in range(4)]
    copying.update(JobRun, ["done", "failed"], [(run.pk, 10 + n, n) for n, run in enumerate(runs[:3])])
    assert list(JobRun.objects.order_by("pk").values_list("done", "failed")) == [(10, 0), (11, 1), (12, 2), (3, 0)]


def test_moments_short_texts_and_nothing_are_written_as_they_are():
    runs = [JobRun.objects.create(job=f"job-{n}", finished_at=clock.now()) for n in range(3)]
    at = clock.now().replace(microsecond=654321)
    values = [(runs[0].pk, at, "a", 1), (runs[1].pk, None, "", None), (runs[2].pk, at, "it’s", 3)]
    copying.update(JobRun, ["finished_at", "owner", "total"], values)
    found = JobRun.objects.order_by("pk").values_list("pk", "finished_at", "owner", "total")
    assert list(found) == values


def test_what_is_sealed_is_not_copied():
    if connection.vendor == "postgresql":
        with pytest.raises(TypeError, match="sealed"):
            copying.insert(Message, ("body",), [("secret",)])


def test_among_finds_what_in_finds():
    stores = factories.StoreFactory.create_batch(4)
    keys = {stores[0].pk, stores[2].pk, 0}
    for among, within in (
        (Store.objects.filter(pk__among=keys), Store.objects.filter(pk__in=keys)),
        (Store.objects.filter(code__among=[stores[1].code]), Store.objects.filter(code__in=[stores[1].code])),
        (Store.objects.exclude(pk__among=keys), Store.objects.exclude(pk__in=keys)),
        (RoleAssignment.objects.filter(store__among=keys), RoleAssignment.objects.filter(store__in=keys)),
    ):
        assert set(among) == set(within)
    with CaptureQueriesContext(connection) as asked:
        assert not Store.objects.filter(pk__among=[]).exists()
        list(Store.objects.filter(pk__among=range(500)))
    assert len(asked) == 1
    if connection.vendor == "postgresql":
        assert "= ANY(" in asked[0]["sql"]
