"""`manage.py load_demo`: the people and things of the demo, in the order of `TESSERA_DEMO_PARTS`."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Load the demo cast; loading it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has known passwords: set TESSERA_DEMO=1 if that is what you want.")
        for part in settings.TESSERA_DEMO_PARTS:
            import_string(part)()
            self.stdout.write(f"{part}: there")
