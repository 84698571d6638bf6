"""`make run`: broker, web, worker and beat together on this machine, on 127.0.0.1 alone, and a clean end on Ctrl-C."""

import argparse
import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from config import broker
from config.parts import Keeper, Part, wait_until

HOST = "127.0.0.1"
READY_WITHIN = 90.0
KEPT_BY_RESET = {"backups", "run.lock"}
COLOURS = {"broker": 35, "prepare": 33, "web": 36, "worker": 32, "beat": 34, "tessera": 1}


class NotNowError(Exception):
    """The run cannot start; the text tells the person why and what to do."""


class Stopped(BaseException):
    """A signal came while starting."""


_speaking = threading.Lock()


def say(part: str, line: str) -> None:
    """One line of the log, with the part it comes from."""
    name = f"{part:>7} │ "
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        name = f"\033[{COLOURS.get(part, 0)}m{name}\033[0m"
    with _speaking, contextlib.suppress(BrokenPipeError):
        print(name + line, flush=True)


class Run:
    """One embedded run in the data folder `home`, on `port`."""

    def __init__(self, home: Path, port: int, *, own_broker: bool) -> None:
        self.home, self.port, self.own_broker = home, port, own_broker
        self.asked_to_stop = 0
        self.ready = False
        self.parts: dict[str, Part] = {}

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"  # passkeys need a name, not a number

    def go(self) -> int:
        """Start everything, keep it running until a signal, stop everything. Returns the exit code."""
        with only_one(self.home, self.address):
            refuse_taken_port(self.port)
            self.keeper = Keeper(patience=10)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, self._note_signal)
            try:
                self._start()
                self._keep_running()
            except Stopped:
                pass
            finally:
                self._stop()
            say("tessera", f"stopped; the data stays in {self.home}")
        return 0

    def _note_signal(self, number: int, frame: object) -> None:
        self.asked_to_stop += 1

    def _start(self) -> None:
        began = time.monotonic()
        if self.own_broker:
            path = broker.socket_of(self.home)
            self._launch("broker", broker.command(self.home, path), patience=10)
            self._await("the broker", lambda: answers(path))
        self._prepare()
        python = [sys.executable, "-m"]
        # Who tries Tessera as root knows it, and the embedded worker takes only JSON.
        calm = "ignore:You're running the worker with superuser privileges:Warning"
        celery = [sys.executable, "-W", calm, "-m", "celery", "--app", "config", "--quiet"]
        schedule = str(self.home / "celerybeat-schedule")
        quick = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        gunicorn = ["gunicorn", "--config", "config/deploy/gunicorn.conf.py", "--bind", f"{HOST}:{self.port}"]
        self._launch("web", [*python, *gunicorn, "config.wsgi"], patience=15)
        # Threads start fast and share one process, which is what SQLite's single writer can use.
        self._launch("worker", [*celery, "worker", "--pool", "threads", "--concurrency", "4", *quick], patience=60)
        self._launch("beat", [*celery, "beat", "--pidfile", "", "--schedule", schedule], patience=10)
        self._await("the web process", lambda: healthy(self.port))
        self.ready = True
        self._greet(time.monotonic() - began)

    def _prepare(self) -> None:
        """Translations, migrations, demo cast: one short process."""
        prepare = self._launch("prepare", [sys.executable, "manage.py", "prepare"], patience=30)
        while prepare.code is None:
            self._pause()
        del self.parts["prepare"]
        if prepare.code:
            raise NotNowError("the database could not be prepared; see the lines above.")

    def _launch(self, name: str, command: list[str], *, patience: float) -> Part:
        self.parts[name] = part = Part(name, command, patience=patience, say=say)
        part.start()
        self._tell_keeper()
        return part

    def _in_stopping_order(self) -> list[Part]:
        order = ["prepare", "web", "worker", "beat", "broker"]
        return [self.parts[name] for name in order if name in self.parts]

    def _tell_keeper(self) -> None:
        self.keeper.announce(self._in_stopping_order())

    def _await(self, what: str, done: Callable[[], bool]) -> None:
        end = time.monotonic() + READY_WITHIN
        while not done():
            if ended := [part for part in self.parts.values() if part.code is not None]:
                raise NotNowError(f"{ended[0].name} ended at its start with code {ended[0].code}; see the lines above.")
            if time.monotonic() > end:
                raise NotNowError(f"{what} did not answer within {READY_WITHIN:.0f} s.")
            self._pause()

    def _pause(self) -> None:
        if self.asked_to_stop:
            raise Stopped
        time.sleep(0.1)

    def _keep_running(self) -> None:
        while True:
            self._pause()
            for part in self.parts.values():
                if part.restart_at is not None:
                    if time.monotonic() >= part.restart_at:
                        part.start()
                        self._tell_keeper()
                elif part.code is not None:
                    pause = part.pause_before_restart()
                    part.restart_at = time.monotonic() + pause
                    say("tessera", f"{part.name} ended (code {part.code}), which it should not; again in {pause:.0f} s")

    def _stop(self) -> None:
        if self.asked_to_stop:
            say("tessera", "stopping … (once more Ctrl-C: at once)")
        before = self.asked_to_stop
        for part in self._in_stopping_order():
            part.stop(at_once=lambda: self.asked_to_stop > max(1, before))
        self.keeper.dismiss()

    def _greet(self, seconds: float) -> None:
        log_ins = self.home / "demo-log-ins.txt"
        lines = ["", f"Tessera runs at {self.address} (ready after {seconds:.0f} s; data in {self.home})"]
        if log_ins.exists():
            lines += ["", *log_ins.read_text(encoding="utf-8").splitlines()]
        for line in [*lines, "", "Ctrl-C stops it.", ""]:
            say("tessera", line)


@contextlib.contextmanager
def only_one(home: Path, address: str) -> Iterator[IO[str]]:
    """Hold the data folder. The lock goes with the last process of a run, also when that was killed."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "run.lock").open("a+", encoding="utf-8") as lock:
        if not wait_until(lambda: _locked(lock), 0 if _holder_lives(lock) else 15):
            lock.seek(0)
            raise NotNowError(f"Tessera already runs with the data in {home}: process {lock.read().strip()}.")
        lock.truncate(0)
        lock.write(f"{os.getpid()}, {address}\n")
        lock.flush()
        yield lock


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_lives(lock: IO[str]) -> bool:
    """Whether the supervisor that wrote the lock still runs (else its keeper is about to let go)."""
    lock.seek(0)
    try:
        os.kill(int(lock.read().split(",")[0]), 0)
    except (IndexError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def refuse_taken_port(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError as error:
            raise NotNowError(
                f"port {port} cannot be used ({error.strerror}). Stop what uses it or: make run TESSERA_PORT={port + 1}"
            ) from None


def answers(path: Path) -> bool:
    """Whether the broker replies to a ping (it accepts connections before it has read its file)."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reset(home: Path) -> int:
    """Delete the data of the embedded run, after asking; backups stay."""
    with only_one(home, "being reset"):
        doomed = sorted(path for path in home.iterdir() if path.name not in KEPT_BY_RESET)
        if not doomed:
            say("tessera", f"there is nothing in {home}")
            return 0
        say("tessera", f"This deletes from {home}: {', '.join(path.name for path in doomed)}")
        try:
            answer = input("Type yes to go on: ")
        except EOFError:
            answer = ""
        if answer.strip().lower() != "yes":
            say("tessera", "nothing was deleted")
            return 1
        for path in doomed:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("tessera", "deleted; `make run` begins anew")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="config.supervisor", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="delete the data, after asking")
    arguments = parser.parse_args()
    try:
        if not settings.EMBEDDED:
            raise NotNowError("TESSERA_MODE is production, where each part runs by itself: see docs/deployment.md.")
        if arguments.reset:
            return reset(settings.HOME)
        own_broker = settings.REDIS_URL == settings.EMBEDDED_REDIS_URL
        return Run(settings.HOME, settings.PORT, own_broker=own_broker).go()
    except (NotNowError, broker.BrokerError) as error:
        print(f"tessera: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
