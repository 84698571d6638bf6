"""`manage.py backup`: database and media in one file (RISK-09 · A8.2.3)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from core.backup import keeping
from core.backup.archive import BackupError


class Command(BaseCommand):
    help = "Save database and media to one file, read back and proven whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="the folder (TESSERA_BACKUP_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = keeping.make(options["to"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made} ({made.stat().st_size:,} bytes). The data keys are not in it: keep them elsewhere.")
