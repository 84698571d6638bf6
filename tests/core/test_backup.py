import io
import json
import shutil
import tarfile
from pathlib import Path
from unittest import mock

import pytest
import redis
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import audit, clock, parameters, verify
from core.backup import archive, keeping
from core.backup.archive import BackupError
from core.models import Approval, AuditRecord, Heartbeat, Message, ParameterRevision, Store, User
from core.reveals import RevealParameters
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(settings, tmp_path: Path) -> Path:
    """A programme with a store, a person whose phone is sealed, an audit trail and a picture; returns the backup folder."""
    if connection.vendor == "postgresql" and not shutil.which("pg_dump"):
        pytest.fail("pg_dump is missing: install PostgreSQL's client programmes")
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_DIR = tmp_path / "backups"
    (settings.MEDIA_ROOT / "faces").mkdir(parents=True)
    (settings.MEDIA_ROOT / "faces" / "卡面 1.png").write_bytes(b"picture")
    factories.StoreFactory.create(code="NJ1", name="Nanjing Road")
    factories.UserFactory.create(display_name="林婉清", phone="+8613812340001")
    with transaction.atomic():
        for number in range(3):
            audit.record("test.step", subject=f"step:{number}")
    return tmp_path / "backups"


def everything() -> dict[str, str]:
    """All rows of the tables that the house filled, as text."""
    found = {}
    with connection.cursor() as cursor:
        for model in (Store, User, AuditRecord, Message):
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")
            found[model._meta.db_table] = repr(cursor.fetchall())
    return found


def destroy(settings) -> None:
    """What a disaster leaves: other rows than before, and no picture."""
    Store.objects.all().delete()
    factories.StoreFactory.create(code="XX9", name="Looted")
    User.objects.update(display_name="nobody")
    shutil.rmtree(settings.MEDIA_ROOT)


def test_what_was_backed_up_comes_back_whole_after_everything_is_lost(house, settings):
    before = everything()
    made = keeping.make(house)
    destroy(settings)
    keeping.restore(made, replace=True)
    after = everything()
    trail = AuditRecord.objects.order_by("id").values_list("action", flat=True)
    assert list(trail) == ["test.step", "test.step", "test.step", "core.backup.restored"]
    assert after.pop("core_auditrecord").startswith(before.pop("core_auditrecord").rstrip("])"))
    assert after == before
    assert User.objects.get().phone == "+8613812340001"
    assert (settings.MEDIA_ROOT / "faces" / "卡面 1.png").read_bytes() == b"picture"
    assert list(audit.verify()) == []


@pytest.mark.postgres
def test_other_log_ins_find_the_tables_after_a_restore(house):
    keeping.restore(keeping.make(house), replace=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'public', 'USAGE')")
        assert cursor.fetchone() == (True,)


def test_what_was_cached_after_the_backup_is_forgotten_with_it(house):
    made = keeping.make(house)
    author, second = factories.StaffFactory.create_batch(2)
    today = clock.today()
    approval = Approval.objects.create(
        kind="parameter", subject="s", title="t", author=author, state="approved", decided_by=second,
        decided_at=clock.now(),
    )  # fmt: skip
    ParameterRevision.objects.create(
        area="personal_data", effective_on=today, values={"alert_above_an_hour": 5}, approval=approval, author=author,
        approver=second,
    )  # fmt: skip
    parameters.refresh()
    assert parameters.in_force(RevealParameters, on=today).alert_above_an_hour == 5
    cache.set("anything-else", "of the time after")
    keeping.restore(made, replace=True)
    assert parameters.in_force(RevealParameters, on=today).alert_above_an_hour == 20
    assert cache.get("anything-else") is None


def test_a_restore_without_its_cache_server_says_what_is_left_to_do(house, monkeypatch, caplog):
    made = keeping.make(house)
    away = redis.TimeoutError("away")
    monkeypatch.setattr(cache, "clear", mock.Mock(side_effect=away))
    keeping.restore(made, replace=True)
    assert "the cache was not cleared" in caplog.text


def test_the_restore_command_ends_by_verifying(house, monkeypatch):
    made = keeping.make(house)
    stores = verify.Invariant("1", "one store", lambda: [] if Store.objects.count() == 1 else ["another number"])
    monkeypatch.setattr(verify, "invariants", lambda: [stores])
    factories.StoreFactory.create(code="XX9", name="Too many")
    said = io.StringIO()
    call_command("restore", str(made), "--replace", stdout=said)
    assert "is restored" in said.getvalue()
    assert "✓    1  one store" in said.getvalue()


def test_a_database_with_tables_is_not_overwritten_unasked(house, settings):
    made = keeping.make(house)
    destroy(settings)
    with pytest.raises(CommandError, match="not empty; say --replace"):
        call_command("restore", str(made))
    assert Store.objects.get().code == "XX9"


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_flipped_byte_is_noticed_and_nothing_is_restored(house, settings, place):
    made = keeping.make(house)
    destroy(settings)
    content = bytearray(made.read_bytes())
    with tarfile.open(made) as tar:
        dump = max(tar, key=lambda member: member.size)
    content[dump.offset_data + int(dump.size * place)] ^= 0xFF
    made.write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        keeping.restore(made, replace=True)
    assert Store.objects.get().code == "XX9"


@pytest.mark.parametrize("kept", [0, 100, 600, 2000, 0.5, 0.99])
def test_an_archive_cut_short_is_refused(house, kept):
    made = keeping.make(house)
    content = made.read_bytes()
    made.write_bytes(content[: kept if isinstance(kept, int) else int(len(content) * kept) - 11_000])
    with pytest.raises(BackupError, match="damaged"):
        archive.check(made)


def test_an_altered_manifest_is_noticed(house):
    made = keeping.make(house)
    made.write_bytes(made.read_bytes().replace(b'"core_store": 1', b'"core_store": 2'))
    with pytest.raises(BackupError, match="manifest differs"):
        archive.check(made)


def rewritten(made: Path, **changes: object) -> Path:
    """The same archive as another Tessera would have written it."""
    manifest = archive.check(made)
    folder = made.parent / "unpacked"
    folder.mkdir()
    archive.extract(made, manifest.database, folder / "database")
    changed = archive.Manifest(**(json.loads(json.dumps(manifest.__dict__)) | changes | {"files": {}}))
    files = {manifest.database: archive.describe(folder / "database")}
    other = made.with_name("tessera-other.tar")
    archive.write(
        other, archive.Manifest(**(changed.__dict__ | {"files": files})), {manifest.database: folder / "database"}
    )
    return other


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": archive.FORMAT + 1, "version": "9.9"}, r"newer Tessera \(9.9\)"),
        ({"migrations": ["core.0001_initial", "core.9999_later"]}, "newer Tessera .*core.9999_later"),
        ({"engine": "oracle"}, "made from oracle"),
    ],
)
def test_an_archive_from_elsewhere_is_refused(house, changes, reason):
    with pytest.raises(BackupError, match=reason):
        keeping.restore(rewritten(keeping.make(house), **changes), replace=True)


def test_a_missing_data_key_is_named(house, settings):
    made = keeping.make(house)
    settings.DATA_KEYS = ["other:" + "ab" * 32]
    assert keeping.missing_keys(archive.check(made)) == ["demo"]


def test_keys_are_not_in_the_archive(house, settings):
    content = keeping.make(house).read_bytes()
    assert all(key.partition(":")[2].encode() not in content for key in settings.DATA_KEYS)


def test_only_the_newest_backups_are_kept_and_other_files_left_alone(house, settings):
    settings.BACKUP_KEEP = 2
    house.mkdir()
    (house / "mine.tar").touch()
    made = [keeping.make(house) for _ in range(4)]
    assert {path.name for path in house.iterdir()} == {made[2].name, made[3].name, "mine.tar"}
    assert keeping.newest(house) == made[3]


def test_a_backup_tells_when_it_last_succeeded_and_only_its_owner_may_read_it(house):
    made = keeping.make(house)
    beat = Heartbeat.objects.get(part="backup")
    assert (beat.details["file"], beat.details["bytes"]) == (made.name, made.stat().st_size)
    assert (clock.now() - beat.at).total_seconds() < 60
    assert made.stat().st_mode & 0o077 == 0


def test_a_folder_without_backups_is_said(house):
    with pytest.raises(BackupError, match="there is no backup"):
        keeping.newest(house)


@pytest.mark.slow
def test_a_check_restores_into_a_scratch_database_and_changes_nothing(house, settings):
    made = keeping.make(house)
    destroy(settings)
    before = everything()
    said = io.StringIO()
    call_command("restore", str(made), "--check", stdout=said)
    assert "can be restored" in said.getvalue()
    assert everything() == before
    assert Heartbeat.objects.get(part="backup check").details["file"] == made.name
