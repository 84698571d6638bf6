"""The clock of backups: made every night, the newest restored into a scratch database every week."""

from celery import shared_task
from django.conf import settings

from core.backup import keeping


@shared_task(name="core.backup")
def backup() -> None:
    keeping.make(settings.BACKUP_DIR)


@shared_task(name="core.check_backup")
def check_backup() -> None:
    keeping.check(keeping.newest(settings.BACKUP_DIR))
