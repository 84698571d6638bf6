"""The processes of the house on the test's own database, to be killed roughly (design/invariants.md part 2)."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from core import audit, clock, verify
from core.backup.databases import PostgreSQL
from core.models import Approval, Message
from members.models import Acceptance, LegalText, Member
from tests import factories
from tests.config.embedded import ROOT, free_port

PRIVATE = ("TEST_", "PYTEST_", "TESSERA_", "CACHE_URL", "REDIS_URL", "CELERY_BROKER_URL")


def environment(**more: str) -> dict[str, str]:
    """What a process of the house is told: the database of this test, and nothing of the tests themselves."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(PRIVATE)}
    address = PostgreSQL().address(settings.DATABASES["default"]["NAME"])
    return clean | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"} | more


@contextmanager
def process(*command: str, **more: str) -> Iterator["subprocess.Popen[str]"]:
    """A process in a group of its own; nothing of the group is left afterwards."""
    with tempfile.TemporaryFile("w+") as log:
        running = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment(**more), start_new_session=True, text=True,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield running
        except AssertionError as error:
            log.seek(0)
            error.add_note(log.read()[-4000:])
            raise
        finally:
            kill(running)


@contextmanager
def kept(*command: str, **more: str) -> Iterator[None]:
    """A process that is started again whenever it ends, as the supervisor, compose or a service manager does."""
    over = threading.Event()
    ended: list[int] = []

    def keep() -> None:
        while not over.is_set():
            with process(*command, **more) as running:
                while running.poll() is None and not over.wait(0.2):
                    pass
                ended.append(running.poll() or 0)
            over.wait(1)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    except AssertionError as error:
        error.add_note(f"{command[-1]} was started again after the codes {ended}")
        raise
    finally:
        over.set()
        keeper.join()


def kill(running: "subprocess.Popen[str]") -> None:
    """`kill -9` of the process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@contextmanager
def web(**more: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The web process as it runs in production, and its address."""
    number = free_port()
    serving = ("-m", "gunicorn", "--config", "config/deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{number}")
    with process(*serving, "--log-level", "error", "config.wsgi", WEB_PROCESSES="1", **more) as running:
        wait_for(lambda: _listens(number), "the web process listens", 60)
        yield running, f"http://127.0.0.1:{number}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(done: Callable[[], object], what: str, seconds: float, *, every: float = 0.05) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(every)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    address: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, seconds: float = 20
) -> Answer | None:
    """What the web process answers to a GET, or a POST with a body; None where it breaks off."""
    call = http.client.HTTPConnection(address.removeprefix("http://"), timeout=seconds)
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    try:
        call.request("GET" if body is None else "POST", path, body=body, headers={**form, **(headers or {})})
        answer = call.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        call.close()


def set_in_order(*, keep_messages: bool = False) -> None:
    """What the short cuts of the other tests leave out, so that every invariant holds before the fault."""
    factories.StaffFactory.create(display_name="Qin Hao", roles={"administrator": None})
    for kind in (LegalText.Kind.TERMS, LegalText.Kind.PRIVACY):
        text = factories.LegalTextFactory.create(kind=kind)
        for member in Member.objects.filter(user__isnull=False):
            Acceptance.objects.create(member=member, text=text, language="en", at=clock.now())
    with transaction.atomic():
        for approval in Approval.objects.exclude(state="pending"):
            audit.record("core.approval.approve", subject=approval)
    if not keep_messages:
        Message.objects.all().delete()
    assert broken() == {}


def broken() -> dict[str, tuple[str, ...]]:
    """What `manage.py verify` finds, by invariant."""
    looked = {one.code: verify.look(one) for one in verify.invariants()}
    return {code: found.examples for code, found in looked.items() if found.broken}


def home(folder: Path) -> dict[str, str]:
    """A data folder of the test's own."""
    return {"TESSERA_HOME": str(folder)}
