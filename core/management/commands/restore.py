"""`manage.py restore FILE`: database and media as they were (RISK-09 · A8.2.3); `--check` only tries it."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from core.backup import keeping
from core.backup.archive import BackupError


class Command(BaseCommand):
    help = "Restore a backup and verify it; with --check into a scratch database that is thrown away."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="in place of what the database holds")
        parser.add_argument("--check", action="store_true", help="try it in a scratch database, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            manifest = keeping.check(path) if options["check"] else keeping.restore(path, replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        done = "can be restored" if options["check"] else "is restored"
        self.stdout.write(f"{path.name} of {manifest.made_at} {done}: {sum(manifest.rows.values()):,} rows.")
        if missing := keeping.missing_keys(manifest):
            self.stderr.write(f"Personal data stays unreadable until TESSERA_DATA_KEYS holds: {', '.join(missing)}")
        if not options["check"]:
            call_command("verify", stdout=self.stdout, stderr=self.stderr)
