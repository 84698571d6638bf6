"""`manage.py demo_logins`: who can log in to the demo, and how."""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Print the log-ins of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = import_string(settings.TESSERA_DEMO_LOGINS)()
        widths = [max(_width(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            self.stdout.write(
                "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
            )


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
