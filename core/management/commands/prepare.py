"""`manage.py prepare`: what must be done before the parts of the embedded run start."""

import io
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from core import catalogues


class Command(BaseCommand):
    help = "Compile translations, migrate, load the demo cast once, note the demo log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in (settings.HOME, settings.STATIC_ROOT, settings.MEDIA_ROOT):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if written := catalogues.compile_all(settings.BASE_DIR):
            self.stdout.write(f"{written} translation catalogues compiled")
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if settings.DEMO:
            self.load_demo()

    def load_demo(self) -> None:
        loaded = settings.HOME / "demo.loaded"
        if not loaded.exists():
            self.stdout.write("loading the demo cast (once)")
            call_command("load_demo", stdout=self.stdout)
            loaded.touch()
        table = io.StringIO()
        call_command("demo_logins", stdout=table)
        (settings.HOME / "demo-log-ins.txt").write_text(table.getvalue(), encoding="utf-8")
