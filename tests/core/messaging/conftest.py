"""Events, providers and a recipient for the tests of messaging."""

import datetime as dt
import http.server
import threading
from collections.abc import Iterator

import pytest
from django.core.cache import cache

from core import clock
from core.messaging import events, gate, outbox, providers
from core.messaging.events import Event
from core.models import Message, User
from tests import factories

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)  # 12:00 in Shanghai
PARCEL = Event("tests.parcel", label="Parcel", sample={"number": "A1"})
OFFER = Event("tests.offer", label="Offer", sample={"number": "A1"}, purpose="marketing")
CODE = Event(
    "tests.code",
    label="Code",
    sample={"code": "123456"},
    channels=("sms",),
    urgent=True,
    secret=True,
    useless_after=dt.timedelta(minutes=10),
)
WORDING = {
    "tests.parcel/inbox.en": "Subject: Parcel {{ number }}\nYour parcel {{ number }} is here.",
    "tests.parcel/email.en": "Subject: Parcel {{ number }}\nYour parcel {{ number }} is here.",
    "tests.parcel/sms.en": "Parcel {{ number }} is here.",
    "tests.parcel/sms.zh-hans": "包裹 {{ number }} 到了。",
    "tests.offer/inbox.en": "Subject: Offer {{ number }}\nOnly today.",
    "tests.offer/email.en": "Subject: Offer {{ number }}\nOnly today.",
    "tests.offer/sms.en": "Offer {{ number }}, only today.",
    "tests.code/sms.en": "{{ code }} is your code.",
}


class Recorder:
    """A provider that keeps what it was given, and fails when told to."""

    def __init__(self) -> None:
        self.sent: list[providers.Outgoing] = []
        self.fails_with: Exception | None = None

    def deliver(self, message: providers.Outgoing) -> str:
        if self.fails_with:
            raise self.fails_with
        self.sent.append(message)
        return f"ref-{len(self.sent)}"

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(autouse=True)
def _wording(monkeypatch, tmp_path, settings):
    from core.messaging import rendering

    for event in (PARCEL, OFFER, CODE):
        monkeypatch.setitem(events._events, event.code, event)
    for name, text in WORDING.items():
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shipped_folder = rendering.folder()
    monkeypatch.setattr(rendering, "folder", lambda: tmp_path)
    for folder in shipped_folder.iterdir():
        (tmp_path / folder.name).symlink_to(folder)
    rendering.shipped.cache_clear()
    cache.clear()
    yield
    rendering.shipped.cache_clear()


@pytest.fixture(autouse=True)
def _noon():
    with clock.stopped(NOON):
        yield


@pytest.fixture
def consent(monkeypatch) -> dict[str, gate.Answer]:
    """The answers of the app that owns consent, by channel; without one, core's own rule holds."""
    answers: dict[str, gate.Answer] = {}
    monkeypatch.setattr(gate, "_resolve", lambda message: answers.get(message.channel))
    monkeypatch.setattr(gate, "_member_of", lambda _: None)
    return answers


@pytest.fixture
def recorder(monkeypatch, consent) -> Recorder:
    one = Recorder()
    monkeypatch.setattr(providers, "for_channel", lambda _: one)
    return one


@pytest.fixture
def reader(db) -> User:
    return factories.UserFactory.create(
        phone="+8613912345678",
        phone_verified_at=NOON,
        email="reader@example.com",
        email_verified_at=NOON,
        language="en",
    )


@pytest.fixture
def parcel(reader: User) -> Message:
    """An SMS that waits to be sent."""
    return outbox.send("tests.parcel", key="1", to=reader, context={"number": "A1"}, channels=("sms",))[0]


class Gateway(http.server.ThreadingHTTPServer):
    """A gateway on this machine that answers as the test says: `behave(handler)`."""

    daemon_threads = True
    behave = staticmethod(lambda _: None)

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                gateway.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
                gateway.behave(self)

            def log_message(self, *args: object) -> None:
                """Keep the test output clean."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sms"


def answer(status: int, body: bytes, **headers: str):
    def behave(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    settings.SMS_HTTP_URL = server.url
    settings.SMS_HTTP_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    settings.SMS_HTTP_TIMEOUT = 1
    settings.SMS_HTTP_ALLOW_PRIVATE = True
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
