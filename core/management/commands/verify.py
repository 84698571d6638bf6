from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import verify


class Command(BaseCommand):
    help = "Check every invariant on this database: one line each; exit code 1 when one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", help="only these invariants")

    def handle(self, *args: Any, codes: list[str], **options: Any) -> None:
        broken = 0
        for one in verify.invariants():
            if codes and one.code not in codes:
                continue
            found = verify.look(one)
            broken += bool(found.broken)
            mark = self.style.ERROR("✗") if found.broken else self.style.SUCCESS("✓")
            count = f" ({found.broken})" if found.broken else ""
            self.stdout.write(f"{mark} {one.code:>4}  {one.name}{count}")
            for example in found.examples:
                self.stdout.write(f"        {example}")
        if broken:
            raise SystemExit(1)
