"""A whole embedded run for tests: started as `make run` starts it, in a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
PRIVATE = ("TESSERA_", "DATABASE_URL", "REDIS_URL", "CACHE_URL", "CELERY_BROKER_URL", "TEST_", "PYTEST_")


def environment(home: Path, port: int) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    return clean | {"TESSERA_HOME": str(home), "TESSERA_PORT": str(port)}


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


class EmbeddedRun:
    """`with EmbeddedRun(home) as run:` is ready to be asked at `run.address`; nothing of it is left afterwards."""

    def __init__(self, home: Path, *, demo: bool = False) -> None:
        self.home, self.port, self.log = home, free_port(), ""
        self.environment = environment(home, self.port) | {"TESSERA_DEMO": str(demo)}
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.wait_for("Ctrl-C stops it", 240)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.log += line

    def wait_for(self, text: str, seconds: float) -> None:
        """Until the log says `text`."""
        end = time.monotonic() + seconds
        while text not in self.log:
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"no “{text}” (exit code {self.process.poll()}):\n{self.log}")
            time.sleep(0.05)

    def members(self) -> list[psutil.Process]:
        """Every process of the run, the supervisor first."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def part(self, word: str) -> psutil.Process:
        return next(process for process in self.members()[1:] if word in process.cmdline())

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=90)
