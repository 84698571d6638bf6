"""The mailbox (SVC-01): everything unseen is taken in once, marked only afterwards, and nothing stands in its way."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core import clock, health
from core.models import Heartbeat
from members.models import Member
from service_desk.channels import imap, jobs
from service_desk.channels.models import FetchedMail, InboundMail
from service_desk.channels.operations import fetching, mails
from service_desk.models import Case, CaseEntry
from tests.service_desk.channels import imap_server
from tests.service_desk.channels.imap_server import PASSWORD, USER, Folder
from tests.service_desk.channels.letters import letter

pytestmark = pytest.mark.django_db


def url(port: int, *, scheme: str = "imaps", password: str = PASSWORD) -> str:
    return f"{scheme}://{quote(USER, safe='')}:{quote(password, safe='')}@127.0.0.1:{port}/INBOX"


@pytest.fixture
def folder(tmp_path: Path, settings) -> Iterator[Folder]:
    found = Folder()
    settings.SERVICE_ADDRESS = "service@tessera.example"
    settings.MAILBOX_CA = str(tmp_path / "server.pem")
    with imap_server.serving(found, tmp_path / "server.pem") as port:
        settings.MAILBOX_URL = url(port)
        yield found


def test_what_is_unseen_is_taken_in_marked_and_not_taken_again(wanqing: Member, folder: Folder) -> None:
    uids = [folder.put(letter(f"word {number}")) for number in range(3)]
    assert jobs.fetch_mail() == 3
    assert folder.unseen() == []
    assert jobs.fetch_mail() == 0
    assert (Case.objects.count(), FetchedMail.objects.filter(mail__isnull=False).count()) == (3, 3)
    assert sorted(FetchedMail.objects.values_list("uid", flat=True)) == uids
    assert not any("BODY[]" in one for one in folder.asked)  # reading marks nothing by itself
    assert Heartbeat.objects.get(part="mailbox").details == {"unseen": 0}


def test_the_hour_at_which_it_came_in_is_the_servers(wanqing: Member, folder: Folder) -> None:
    folder.put(letter())
    with clock.stopped(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)):
        jobs.fetch_mail()
    assert Case.objects.get().opened_at == dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


def test_killed_between_taking_in_and_marking_it_is_recognised(wanqing: Member, folder: Folder) -> None:
    folder.put(letter("one"))

    def cut(command: str) -> None:
        if "STORE" in command:
            raise ConnectionError

    folder.before = cut
    assert jobs.fetch_mail() == 0  # the connection broke
    assert (Case.objects.count(), folder.unseen()) == (1, [1])
    folder.before = lambda command: None
    assert jobs.fetch_mail() == 0
    assert (Case.objects.count(), CaseEntry.objects.count(), folder.unseen()) == (1, 1, [])


def test_killed_while_it_is_taken_in_nothing_is_marked_and_nothing_is_half_done(
    wanqing: Member, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put(letter("one"))

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_note_done", killed)
        with pytest.raises(KeyboardInterrupt):
            fetching.fetch()
    assert (Case.objects.count(), InboundMail.objects.count(), folder.unseen()) == (0, 0, [1])
    assert jobs.fetch_mail() == 1


def test_what_came_by_the_webhook_too_is_only_marked(wanqing: Member, folder: Folder) -> None:
    raw = letter()
    mails.receive(raw, via=InboundMail.Via.HOOK)
    folder.put(b"Delivered-To: service@tessera.example\r\n" + raw)
    assert jobs.fetch_mail() == 0
    assert (Case.objects.count(), folder.unseen()) == (1, [])


def test_a_mail_that_cannot_be_taken_in_stands_in_no_others_way(
    wanqing: Member, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put(letter("poison"))
    folder.put(letter("fine"))
    truly = mails.receive

    def receive(raw: bytes, **told: object) -> mails.Received:
        if b"poison" in raw:
            raise RuntimeError("a bug of ours")
        return truly(raw, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(mails, "receive", receive)
    assert jobs.fetch_mail() == 1
    for _ in range(fetching.TRIES):
        jobs.fetch_mail()
    row = FetchedMail.objects.get(mail__isnull=True)
    assert (row.tries, row.error) == (fetching.TRIES, "RuntimeError: a bug of ours")
    assert folder.flags[1] == {"\\Flagged"}  # a person finds it in the mailbox, unread
    asked = sum("FETCH 1 " in one for one in folder.asked)
    jobs.fetch_mail()
    assert sum("FETCH 1 " in one for one in folder.asked) == asked


def test_a_mailbox_laid_anew_begins_its_numbers_again(wanqing: Member, folder: Folder) -> None:
    folder.put(letter("one"))
    jobs.fetch_mail()
    folder.validity, folder.mails, folder.flags = 8, {}, {}
    folder.put(letter("two"))
    assert jobs.fetch_mail() == 1
    assert Case.objects.count() == 2


def test_of_a_mail_too_long_only_the_beginning_is_read_and_the_thread_says_so(wanqing: Member, folder: Folder) -> None:
    uid = folder.put(letter("the beginning"))
    folder.sizes[uid] = 300 * 1024 * 1024
    assert jobs.fetch_mail() == 1
    case = Case.objects.get()
    assert [one.direction for one in case.entries.order_by("id")] == ["in", "note"]
    assert "300 MB" in case.entries.get(direction="note").body


def test_without_a_mailbox_nothing_is_done(settings, db: None) -> None:
    settings.MAILBOX_URL = ""
    assert jobs.fetch_mail() == 0
    assert not Heartbeat.objects.filter(part="mailbox").exists()
    assert not any("mailbox" in str(one.label) for one in health.readings())


def test_the_status_page_tells_of_a_mailbox_that_is_not_read(folder: Folder) -> None:
    reading = next(one for one in health.readings() if "mailbox" in str(one.label))
    assert not reading.well
    jobs.fetch_mail()
    assert next(one for one in health.readings() if "mailbox" in str(one.label)).well


@pytest.mark.parametrize("wrong", ["password", "certificate", "silence"])
def test_a_server_that_refuses_is_asked_again_later(
    folder: Folder, settings, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    if wrong == "password":
        settings.MAILBOX_URL = settings.MAILBOX_URL.replace("p%40ss", "guess")
    elif wrong == "certificate":
        settings.MAILBOX_CA = ""
    else:
        settings.MAILBOX_URL = url(9)
    folder.put(letter())
    assert jobs.fetch_mail() == 0
    assert "could not be read" in caplog.text
    assert PASSWORD not in caplog.text
    assert folder.unseen() == [1]


def test_a_connection_that_begins_plain_is_secured_before_the_password(
    wanqing: Member, tmp_path: Path, settings
) -> None:
    found = Folder()
    found.put(letter())
    settings.MAILBOX_CA = str(tmp_path / "server.pem")
    with imap_server.serving(found, tmp_path / "server.pem", starts_plain=True) as port:
        settings.MAILBOX_URL = url(port, scheme="imap+tls")
        assert jobs.fetch_mail() == 1
    assert [one.split()[0] for one in found.asked].index("STARTTLS") < found.asked.index("LOGIN")


@pytest.mark.parametrize(
    "address",
    ["imap://a:b@h/", "http://a:b@h/", "imaps://h/", "imaps://a@h/", 'imaps://a:b@h/x"y', "imaps://a:b@h/x%0d%0ay", ""],
)
def test_an_address_that_cannot_be_used_is_refused(address: str) -> None:
    with pytest.raises(imap.MailboxWrong):
        imap.address_of(address)


def test_an_address_shows_no_password() -> None:
    found = imap.address_of("imaps://a%40b:secret@mail.example.com/Service%20desk")
    assert (found.user, found.password, found.port, found.folder) == ("a@b", "secret", 993, "Service desk")
    assert "secret" not in f"{found!r} {found.name}"
