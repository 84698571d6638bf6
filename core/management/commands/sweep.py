import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import sweeps
from core.models import JobRun
from core.refusals import Refusal

WIDTH = 40


class Command(BaseCommand):
    help = "Run a sweep here and now, with a progress bar. Without a name: list them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?")
        parser.add_argument("--shard", metavar="2/4", help="only this part of the ids")

    def handle(self, *args: Any, name: str | None, shard: str | None, **options: Any) -> None:
        if name is None:
            for sweep in sweeps.registered():
                self.stdout.write(f"{sweep.name:40} {sweep.label}")
            return
        try:
            run = sweeps.run(name, shard=self.shard(shard), on_progress=self.show)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{run.job}: {run.done} done, {run.failed} set aside")

    def shard(self, text: str | None) -> tuple[int, int] | None:
        if text is None:
            return None
        number, _, of = text.partition("/")
        if not (number.isdigit() and of.isdigit()):
            raise CommandError("a shard reads like 2/4")
        return int(number), int(of)

    def show(self, run: JobRun) -> None:
        if not sys.stderr.isatty():
            return
        count = run.done + run.failed
        if run.total:
            full = min(WIDTH, WIDTH * count // run.total)
            bar = "█" * full + "░" * (WIDTH - full)
            self.stderr.write(f"\r{run.job} {bar} {count:,} of {run.total:,}", ending="")
        else:
            self.stderr.write(f"\r{run.job} {count:,}", ending="")
        if run.state == JobRun.State.DONE:
            self.stderr.write("")
