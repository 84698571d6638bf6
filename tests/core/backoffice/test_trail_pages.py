"""Searching and reading the audit trail."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from core import audit, clock
from core.models import (
    AuditRecord,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(clerk, manager, store, other_store):
    days = [dt.datetime(2026, 11, day, 15, 59, tzinfo=dt.UTC) for day in (20, 21, 22)]
    for n, (moment, actor, place) in enumerate(
        zip(days, (clerk, clerk, manager), (store, other_store, store), strict=True)
    ):
        with clock.stopped(moment), transaction.atomic():
            audit.record(
                f"cards.card.act{n}", subject=f"cards.card:{n}", actor=actor, store_id=place.pk, member_id=100 + n
            )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "cards.card:1"}, [1]),
        ({"q": "cards.card"}, []),
        ({"who": "Xu Jing"}, [1, 0]),
        ({"who": "Nobody"}, []),
        ({"what": "cards.card"}, [2, 1, 0]),
        ({"what": "cards.card.act2"}, [2]),
        ({"member": "101"}, [1]),
        ({"member": "x"}, []),
        ({"at_from": "2026-11-21", "at_to": "2026-11-21"}, [1]),
        ({"at_from": "2026-11-21"}, [2, 1]),
        ({"at_to": "2026-11-20"}, [0]),
        ({"at_from": "not a day"}, [2, 1, 0]),
        ({"at_to": "9999-12-31"}, [2, 1, 0]),
        ({"who": "Xu Jing", "at_to": "2026-11-20"}, [0]),
    ],
)
def test_the_trail_is_searched_by_who_what_whose_and_when(trail, auditor, client, asked, found):
    client.force_login(auditor)
    answer = client.get(reverse("admin:core_auditrecord_changelist"), asked)
    assert [row.subject for row in answer.context["cl"].result_list] == [f"cards.card:{n}" for n in found]


def test_the_trail_is_searched_by_store(trail, auditor, other_store, client):
    client.force_login(auditor)
    answer = client.get(reverse("admin:core_auditrecord_changelist"), {"store": other_store.pk})
    assert [row.subject for row in answer.context["cl"].result_list] == ["cards.card:1"]


def test_a_record_can_be_read_and_nothing_else(trail, administrator, client):
    client.force_login(administrator)
    row = AuditRecord.objects.latest("id")
    address = reverse("admin:core_auditrecord_change", args=[row.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "x"}).status_code == 403
    for verb in (f"{row.pk}/delete/", "add/"):
        assert client.post(f"/admin/core/auditrecord/{verb}", {"post": "yes"}).status_code in {403, 404, 405}
    assert AuditRecord.objects.filter(pk=row.pk).exists()
