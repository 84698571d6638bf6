"""The same mail many times at once, on a server database, with the negative control (invariants.md part 2)."""

import uuid

import pytest

from members.models import Member
from service_desk.channels.models import InboundMail
from service_desk.channels.policy import mail as reading
from service_desk.models import Case, CaseEntry
from service_desk.operations import letters
from tests.racing import at_once
from tests.service_desk.channels.letters import arrives, letter

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _address(settings) -> None:
    settings.SERVICE_ADDRESS = "service@tessera.example"


def failures(answers: list[object]) -> list[object]:
    return [one for one in answers if isinstance(one, Exception)]


def test_the_same_mail_twenty_times_at_once_is_one_entry(wanqing: Member) -> None:
    raw = letter("once")
    answers = at_once(lambda _: arrives(raw), range(20))
    assert failures(answers) == []
    assert sum(one.is_new for one in answers) == 1
    assert (Case.objects.count(), CaseEntry.objects.count(), InboundMail.objects.count()) == (1, 1, 1)


def test_without_the_digest_every_one_of_them_would_be_taken(wanqing: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: what makes them one is the key that the mail itself gives."""
    monkeypatch.setattr(reading, "key_of", lambda mail: uuid.uuid4().hex)
    raw = letter("once")
    assert failures(at_once(lambda _: arrives(raw), range(20))) == []
    assert CaseEntry.objects.filter(direction="in").count() == 20


def test_twenty_answers_at_once_are_twenty_entries_of_one_case(wanqing: Member) -> None:
    arrives(letter("the first"))
    case = Case.objects.get()
    raws = [letter(f"word {number}", to=letters.reply_address(case.number)) for number in range(15)]
    assert failures(at_once(arrives, raws)) == []
    assert case.entries.filter(direction="in").count() == 16
    case.refresh_from_db()
    assert case.version >= 15
