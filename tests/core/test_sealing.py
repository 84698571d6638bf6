import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import crypto, guards
from core.management.commands import rotate_keys
from core.models import AuditRecord, User
from tests import factories

OLD, NEW = "old:" + "11" * 32, "new:" + "22" * 32


@pytest.fixture
def people(db, settings):
    settings.DATA_KEYS = [OLD]
    return [factories.UserFactory.create(phone=f"+86138123400{number:02}") for number in range(5)]


def key_ids() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM core_user WHERE phone IS NOT NULL")
        return {crypto.key_id_of(sealed) for (sealed,) in cursor.fetchall()}


def test_after_a_rotation_the_old_key_is_needed_no_more(people, settings, monkeypatch):
    monkeypatch.setattr(rotate_keys, "BATCH", 2)
    settings.DATA_KEYS = [NEW, OLD]
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    assert "core.user.phone: 5 sealed anew" in said.getvalue()
    assert key_ids() == {"new"}
    settings.DATA_KEYS = [NEW]
    assert {user.phone for user in User.objects.all()} == {user.phone for user in people}
    assert AuditRecord.objects.get(subject="core.user.phone").details == {"values": 5}


def test_a_second_rotation_finds_nothing_to_do(people, settings):
    settings.DATA_KEYS = [NEW, OLD]
    column = ("core_user", "id", "phone", "core.user.phone")
    assert [rotate_keys.rotate(*column), rotate_keys.rotate(*column)] == [5, 0]


def test_a_missing_key_is_said_and_nothing_is_lost(people, settings):
    settings.DATA_KEYS = [NEW]
    with pytest.raises(CommandError, match=r"core.user.phone holds values that none of TESSERA_DATA_KEYS opens"):
        call_command("rotate_keys", stdout=io.StringIO())
    assert key_ids() == {"old"}


def test_no_sealed_field_stands_in_a_table_that_refuses_changes():
    growing = {guard.table for guard in guards.declared() if isinstance(guard, guards.AppendOnly)}
    assert growing
    assert {table for table, *_ in rotate_keys.sealed_columns()} & growing == set()
