"""The channels of the demo: something of each, by real operations, loaded once."""

import pytest

from core import clock, verify
from members import demo as people
from service_desk import demo as desk_demo
from service_desk.channels import demo
from service_desk.channels.models import Chat, ChatSeat, InboundMail, SocialAnswer, SocialThread
from service_desk.models import Case, CaseEntry
from tests.service_desk.policy.calendars import moment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("at", ["23 00:05", "23 13:30", "23 23:50"])
def test_the_demo_shows_every_channel_and_loading_it_again_changes_nothing(at: str) -> None:
    with clock.stopped(moment(at)):
        people.load()
        desk_demo.load()
        demo.load()
        tables = (Case, CaseEntry, InboundMail, Chat, SocialThread, SocialAnswer)
        before = [table.objects.count() for table in tables]
        demo.load()
        assert [table.objects.count() for table in tables] == before
        mails = list(InboundMail.objects.order_by("pk").values_list("outcome", flat=True))
        assert mails == ["opened", "threaded", "set-aside", "set-aside"]
        answered = InboundMail.objects.get(outcome="threaded").entry
        assert answered is not None
        assert answered.body.endswith("[…]")
        chat = Chat.objects.get()
        assert chat.case is not None
        assert (chat.state, chat.case.state) == ("ended", "resolved")
        assert not ChatSeat.objects.exists()
        assert sorted(one.answers.count() for one in SocialThread.objects.all()) == [0, 1]
        broken = [one.code for one in verify.invariants() if one.code.startswith("43") and verify.look(one).broken]
    assert broken == []
