"""The processes of the embedded run: started in groups of their own, heard line by line, stopped without orphans."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0


class Part:
    """One part (broker, web, worker, beat) and how to keep it; `patience`: the seconds it may take to end."""

    def __init__(self, name: str, command: list[str], *, patience: float, say: Callable[[str, str], None]) -> None:
        self.name, self.command, self.patience, self.say = name, command, patience, say
        self.process: subprocess.Popen[str] | None = None
        self.started_at = 0.0
        self.restart_at: float | None = None
        self.failures = 0
        self._relay: threading.Thread | None = None

    def start(self) -> None:
        self.restart_at, self.started_at = None, time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "config.settings"},
            start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone, which keeps the order
        )
        self._relay = threading.Thread(target=self._pass_on_lines, args=(self.process,), daemon=True)
        self._relay.start()

    def _pass_on_lines(self, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            self.say(self.name, line.rstrip("\n"))

    @property
    def code(self) -> int | None:
        """The exit code once the process has ended, None while it runs or has never been started."""
        return self.process.poll() if self.process else None

    def pause_before_restart(self) -> float:
        """Seconds to wait: 1, 2, 4 … 30; a part that ran steadily begins again at 1."""
        if time.monotonic() - self.started_at > STEADY_AFTER:
            self.failures = 0
        self.failures += 1
        return min(LONGEST_PAUSE, 2.0 ** (self.failures - 1))

    def stop(self, *, at_once: Callable[[], bool] = lambda: False) -> None:
        """Ask it to end, wait as long as it may take (or `at_once`), then leave nothing of its group behind."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            if not wait_until(lambda: self.code is not None or at_once(), self.patience):
                self.say(self.name, f"did not end within {self.patience:.0f} s and is killed")
        kill_group(self.process.pid)
        self.process.wait()
        if self._relay:
            self._relay.join(timeout=2)


class Keeper:
    """Outlives a supervisor that was killed, just long enough to stop what that had started.

    A forked process that reads from a pipe which groups run. When the pipe closes, for whatever reason, it ends those
    still running in the order in which they were announced for stopping. Works on every Unix.
    """

    def __init__(self, patience: float) -> None:
        heard, told = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(told)
            self._watch(heard, patience)
        os.close(heard)
        self._told = told

    def announce(self, parts: list[Part]) -> None:
        """The groups that run now, first to stop first."""
        running = [str(part.process.pid) for part in parts if part.process and part.process.poll() is None]
        os.write(self._told, (" ".join(running) + "\n").encode())

    def dismiss(self) -> None:
        os.close(self._told)
        os.waitpid(self.pid, 0)

    @staticmethod
    def _watch(heard: int, patience: float) -> None:
        try:
            os.setsid()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            with os.fdopen(heard, "rb") as lines:
                told = list(lines)
            for group in map(int, told[-1].split() if told else ()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(group, signal.SIGTERM)
                wait_until(lambda group=group: not group_runs(group), patience)  # type: ignore[misc]
                kill_group(group)
        finally:
            os._exit(0)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Whether `done` came true within that time."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def group_runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group whose members have all ended
        return False
    return True


def kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
