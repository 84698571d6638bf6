"""Making, checking and restoring backups (RISK-09 · A8.2.3). Each function says in one sentence what it promises."""

import datetime as dt
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from core import audit, clock
from core.backup import archive, databases
from core.backup.archive import BackupError, Manifest
from core.models import Heartbeat

logger = logging.getLogger(__name__)
NAMES = "tessera-*.tar"


def make(folder: Path) -> Path:
    """Save database and media to one new file in `folder`, read it back, then let go of the oldest beyond the number kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = clock.now()
    target = folder / f"tessera-{now:%Y%m%dT%H%M%S.%fZ}.tar"
    database = databases.current()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as made:
        dumped = Path(made) / database.file
        rows = database.dump(dumped)
        sources = {database.file: dumped} | _media()
        manifest = Manifest(
            format=archive.FORMAT,
            version=settings.VERSION,
            made_at=now.isoformat(),
            engine=connection.vendor,
            database=database.file,
            migrations=_applied(),
            rows=rows,
            data_key_ids=_key_ids(),
            files={name: archive.describe(path) for name, path in sources.items()},
        )
        unfinished = Path(made) / "archive"
        archive.write(unfinished, manifest, sources)
        archive.check(unfinished)
        unfinished.chmod(0o600)
        _reach_the_disk(unfinished)
        unfinished.replace(target)
        _reach_the_disk(folder)
    for old in sorted(folder.glob(NAMES))[: -settings.BACKUP_KEEP]:
        old.unlink()
    with transaction.atomic():
        audit.record("core.backup.made", subject=target.name, details={"rows": sum(rows.values())})
        _beat("backup", now, {"file": target.name, "bytes": target.stat().st_size})
    return target


def check(path: Path) -> Manifest:
    """Restore the archive into a scratch database, bring it up to date and verify it; the live database is not touched."""
    manifest = _may_be_restored(path)
    with tempfile.TemporaryDirectory() as folder:
        dumped = Path(folder) / manifest.database
        archive.extract(path, manifest.database, dumped)
        with databases.current().scratch(dumped) as scratch:
            _same_rows(manifest, scratch.rows)
            _manage(scratch.url, "migrate", "--no-input", "--verbosity=0")
            _manage(scratch.url, "verify")
    with transaction.atomic():
        _beat("backup check", clock.now(), {"file": path.name, "made_at": manifest.made_at})
    return manifest


def restore(path: Path, *, replace: bool = False) -> Manifest:
    """Make database and media what they were, in one transaction of the database; refuses a damaged or newer archive.

    Refuses a database that holds tables unless `replace`. What was sealed with a key that is not configured stays
    sealed: the caller shows `missing_keys`.
    """
    manifest = _may_be_restored(path)
    if not replace and not databases.is_empty():
        raise BackupError("the database is not empty; say --replace to put the backup in its place.")
    with tempfile.TemporaryDirectory() as folder:
        dumped = Path(folder) / manifest.database
        archive.extract(path, manifest.database, dumped)
        rows = databases.current().load(dumped)
    _same_rows(manifest, rows)
    _restore_media(path)
    call_command("migrate", interactive=False, verbosity=0)
    _forget_cached()
    with transaction.atomic():
        audit.record("core.backup.restored", subject=path.name, details={"made_at": manifest.made_at})
    return manifest


def newest(folder: Path) -> Path:
    """The latest backup in the folder."""
    found = sorted(folder.glob(NAMES))
    if not found:
        raise BackupError(f"there is no backup in {folder}.")
    return found[-1]


def missing_keys(manifest: Manifest) -> list[str]:
    """The data keys without which personal data in this archive stays unreadable here."""
    return sorted(set(manifest.data_key_ids) - set(_key_ids()))


def _may_be_restored(path: Path) -> Manifest:
    manifest = archive.check(path)
    if manifest.engine != connection.vendor:
        raise BackupError(f"{path.name} was made from {manifest.engine}; this database is {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            f"{path.name} was made by a newer Tessera ({manifest.version}, {unknown[-1]}); upgrade first."
        )
    return manifest


def _same_rows(manifest: Manifest, rows: dict[str, int]) -> None:
    if different := sorted(name for name in manifest.rows | rows if manifest.rows.get(name) != rows.get(name)):
        raise BackupError(f"the restored tables differ from what was saved: {', '.join(different)}")


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def _key_ids() -> list[str]:
    return [key.partition(":")[0] for key in settings.DATA_KEYS]


def _media() -> dict[str, Path]:
    root: Path = settings.MEDIA_ROOT
    return {f"media/{path.relative_to(root).as_posix()}": path for path in sorted(root.rglob("*")) if path.is_file()}


def _restore_media(path: Path) -> None:
    """Extract beside the present files, then exchange them; the folder itself may be a mount and stays."""
    root: Path = settings.MEDIA_ROOT
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".restoring-") as made:
        archive.extract_media(path, Path(made))
        for old in root.iterdir():
            if old != Path(made):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        for new in Path(made).iterdir():
            new.rename(root / new.name)


def _forget_cached() -> None:
    """Sessions and pages of before the restore must not live on in the cache; without a cache server there are none."""
    try:
        cache.clear()
    except redis.RedisError:
        logger.exception("the cache was not cleared: restart its server before the programme is started")


def _manage(url: str, *command: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py"), *command]
    done = subprocess.run(manage, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"the restored copy does not pass `{command[0]}`:\n{done.stdout}{done.stderr}")


def _beat(part: str, at: dt.datetime, details: dict[str, str | int]) -> None:
    Heartbeat.objects.update_or_create(part=part, defaults={"at": at, "details": details})


def _reach_the_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
