"""Keys are changed while the programme goes on writing: no write is lost, and nothing stays sealed with the old key."""

import io
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from core import crypto
from core.management.commands import rotate_keys
from members.models import Member
from tests import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
OLD, NEW = "old:" + "11" * 32, "new:" + "22" * 32
ADDRESS = ("members_member", "id", "address", "members.member.address")
MEMBERS, WRITERS = 120, 3


@pytest.fixture
def members(settings: Any) -> list[int]:
    """Sealed with the old key; from now on the new one seals."""
    settings.DATA_KEYS = [OLD]
    made = [factories.MemberFactory.create(user=None, address="before").pk for _ in range(MEMBERS)]
    settings.DATA_KEYS = [NEW, OLD]
    return made


def key_ids() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM members_member")
        return {crypto.key_id_of(sealed) for (sealed,) in cursor.fetchall()}


def test_writers_beside_a_rotation_lose_nothing(
    members: list[int], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_keys, "BATCH", 10)
    last: dict[int, str] = {}
    over = threading.Event()

    def write(mine: list[int]) -> None:
        try:
            count = 0
            while not over.is_set() or count < len(mine):
                pk = mine[count % len(mine)]
                member = Member.objects.get(pk=pk)
                member.address = f"after {count}"
                member.save(update_fields=["address"])
                last[pk] = member.address
                count += 1
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(members[n::WRITERS],)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        call_command("rotate_keys", stdout=io.StringIO())
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert key_ids() == {"new"}
    settings.DATA_KEYS = [NEW]
    assert dict(Member.objects.values_list("pk", "address")) == last


@pytest.mark.parametrize("careful", [True, False])
def test_what_is_written_between_reading_and_sealing_anew_stays(members: list[int], careful: bool) -> None:
    """And its negative control: without the comparison with what was read the write is overwritten."""
    written: set[int] = set()

    def write(pk: int) -> None:
        try:
            Member.objects.filter(pk=pk).update(address="in between")
        finally:
            connections.close_all()

    def between(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('UPDATE "members_member"') and not written:
            written.add(params[1])
            other = threading.Thread(target=write, args=(params[1],))
            other.start()
            other.join()
        if not careful and sql.startswith('UPDATE "members_member"'):
            sql, params = sql.replace(' AND "address" = %s', ""), params[:2]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        rotate_keys.rotate(*ADDRESS)
    (pk,) = written
    assert (Member.objects.get(pk=pk).address == "in between") is careful
