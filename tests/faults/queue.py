"""A broker of the test's own, on a socket file, to be flushed, killed and brought back empty."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import redis

from config import broker
from config.supervisor import answers
from tests.faults import house


class Queue:
    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder, broker.socket_of(folder)
        self.url = f"unix://{quote(str(self.socket))}"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = broker.command(self.folder, self.socket)
        self.running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        house.wait_for(lambda: answers(self.socket), "the broker answers", 20)

    def kill(self) -> None:
        """Gone, with all that was queued."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
        shutil.rmtree(self.folder / "valkey", ignore_errors=True)

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as line:
            line.flushall()


@contextmanager
def queue(folder: Path) -> Iterator[Queue]:
    one = Queue(folder)
    one.start()
    try:
        yield one
    finally:
        one.kill()
