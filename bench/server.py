"""The web process on an address of its own, as production starts it but with two sync workers, and a client for it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from bench import harness

HOST = "127.0.0.1"
PATIENCE = 30


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def get(self, path: str, expected: bytes, cookie: str = "") -> None:
        """Fetch a page over a connection of its own, and make sure that it is the page that was meant."""
        head = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nConnection: close\r\nAccept-Language: en\r\n"
        head += "X-Forwarded-Proto: https\r\n"
        head += f"Cookie: {cookie}\r\n\r\n" if cookie else "\r\n"
        with socket.create_connection((HOST, self.port)) as connection:
            connection.sendall(head.encode())
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        if not answer.startswith(b"HTTP/1.1 200") or expected not in answer:
            raise AssertionError(f"{path} answered {answer[:400]!r}")

    def peak_mb(self) -> float:
        """The most that one of its processes took."""
        return max(_peak_kb(pid) for pid in (self.pid, *_children(self.pid))) / 1024


@contextmanager
def running(application: str) -> Iterator[Server]:
    port = _free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--config", "config/deploy/gunicorn.conf.py", "--worker-class", "sync",
        "--workers", "2", "--threads", "1", "--max-requests", "0", "--log-level", "warning",
        "--bind", f"{HOST}:{port}", application,
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=harness.ROOT, env=os.environ | {"LOG_LEVEL": "WARNING"}) as process:
        try:
            _wait_for(port)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
