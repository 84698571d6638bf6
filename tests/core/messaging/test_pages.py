import datetime as dt

import pytest
from django.db import connection, transaction
from django.template import Context
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import audit
from core.messaging import dispatch, gate, inbox, outbox
from core.models import AuditRecord, Message
from core.templatetags.messaging import unread_messages
from tests import factories
from tests.core.messaging.conftest import NOON

OUTBOX, INBOX = "/outbox/", "/inbox/"


def letter(to, key="1", **fields) -> Message:
    defaults = {"context": {"number": key}, "channels": ("inbox",)}
    return outbox.send("tests.parcel", key=key, to=to, **{**defaults, **fields})[0]


@pytest.fixture
def code(reader, recorder, settings) -> Message:
    settings.DEMO = True
    (message,) = outbox.send("tests.code", key="1", to=reader, context={"code": "471100"})
    dispatch.run("sms")
    return message


def test_the_outbox_page_shows_the_code_to_copy(client, code):
    page = client.get(OUTBOX).content.decode()
    assert 'data-copy="471100"' in page
    assert "+8613912345678" in page
    assert "shown here instead of being sent" in page


def test_the_outbox_page_does_not_exist_outside_the_demo(client, code, settings):
    settings.DEMO = False
    assert client.get(OUTBOX).status_code == 404


@pytest.mark.parametrize(("to", "found"), [("139 1234", True), ("+86-139", True), ("5678", True), ("138", False)])
def test_the_outbox_page_finds_a_recipient_however_it_is_typed(client, code, to, found):
    assert ("471100" in client.get(OUTBOX, {"to": to}).content.decode()) is found


def test_a_refresh_gets_only_what_changed(client, code, reader):
    seen = client.get(OUTBOX).context["seen"]
    assert client.get(OUTBOX, {"seen": seen}).status_code == 204
    outbox.send("tests.parcel", key="2", to=reader, context={"number": "2"})
    response = client.get(OUTBOX, {"seen": seen})
    assert response.status_code == 200
    assert b"<html" not in response.content


def test_naughty_text_is_inert_on_the_pages(client, reader, recorder, settings):
    settings.DEMO = True
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) http://a.example/"onclick=x'
    outbox.send("tests.parcel", key="1", to=reader, context={"number": evil})
    dispatch.run("sms")
    dispatch.run("email")
    client.force_login(reader)
    message = Message.objects.get(channel="inbox")
    for url in (OUTBOX, INBOX, f"{INBOX}{message.pk}/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert '"onclick' not in page


def test_the_outbox_page_costs_the_same_for_one_and_for_many(client, code, reader, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(OUTBOX)
    for n in range(50):
        outbox.send("tests.parcel", key=str(n), to=reader, context={"number": "2"})
    with django_assert_num_queries(1):
        assert len(client.get(OUTBOX).context["rows"]) == 40


def test_the_inbox_asks_to_log_in(client):
    for url in (INBOX, f"{INBOX}1/"):
        assert client.get(url).status_code == 302
    assert client.post(f"{INBOX}read/").status_code == 302


def test_the_inbox_shows_what_is_mine_newest_first(client, reader):
    letter(reader, "1")
    letter(reader, "2")
    letter(factories.UserFactory.create(), "3")
    client.force_login(reader)
    shown = [message.subject for message in client.get(INBOX).context["letters"]]
    assert shown == ["Parcel 2", "Parcel 1"]


def test_another_readers_message_is_the_same_404_as_a_missing_one(client, reader):
    other = letter(factories.UserFactory.create())
    client.force_login(reader)
    for method in (client.get, client.post):
        for pk in (other.pk, 999_999):
            path = f"{INBOX}{pk}/" if method == client.get else f"{INBOX}{pk}/read/"
            assert method(path).status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_opening_is_a_read_and_noting_it_is_a_post(client, reader):
    message = letter(reader)
    client.force_login(reader)
    page = client.get(f"{INBOX}{message.pk}/").content.decode()
    assert "Your parcel 1 is here." in page
    assert f'hx-post="{INBOX}{message.pk}/read/"' in page
    message.refresh_from_db()
    assert message.read_at is None
    assert client.get(f"{INBOX}{message.pk}/read/").status_code == 405
    assert client.post(f"{INBOX}{message.pk}/read/").status_code == 204
    message.refresh_from_db()
    assert message.read_at == NOON


def test_the_unread_are_counted_and_all_can_be_marked(client, reader):
    for n in range(3):
        letter(reader, str(n))
    assert unread_messages(Context({"user": reader})) == "3"
    client.force_login(reader)
    client.post(f"{INBOX}read/")
    assert unread_messages(Context({"user": reader})) == ""


def test_more_than_a_page_continues_below(client, reader):
    for n in range(35):
        letter(reader, str(n))
    client.force_login(reader)
    first = client.get(INBOX).context
    second = client.get(INBOX, {"before": first["older"]}).context
    assert [len(first["letters"]), len(second["letters"]), second["older"]] == [30, 5, None]
    assert client.get(INBOX, {"before": "９' OR 1=1"}).status_code == 200


def test_a_link_leads_inside_the_site_only(client, reader):
    client.force_login(reader)
    inside, outside = letter(reader, "1", link="/orders/5/"), letter(reader, "2", link="//evil.example/")
    assert 'href="/orders/5/"' in client.get(f"{INBOX}{inside.pk}/").content.decode()
    assert "evil.example" not in client.get(f"{INBOX}{outside.pk}/").content.decode()


def test_a_member_finds_what_was_written_before_she_had_a_log_in(reader, monkeypatch, recorder):
    monkeypatch.setattr(gate, "_resolve", lambda _: gate.Deliver(language="en"))
    monkeypatch.setattr(gate, "_member_of", lambda user: 7 if user == reader else None)
    outbox.send("tests.parcel", key="1", member_id=7, context={"number": "1"}, channels=("inbox",))
    outbox.send("tests.parcel", key="2", member_id=8, context={"number": "2"}, channels=("inbox",))
    colleague = factories.UserFactory.create()
    outbox.send("tests.parcel", key="3", to=colleague, member_id=7, context={"number": "3"}, channels=("inbox",))
    dispatch.run("inbox")
    assert [message.subject for message in inbox.of(reader)] == ["Parcel 1"]


def test_old_codes_of_the_sample_look_like_codes(client, code):
    Message.objects.update(body="", wiped_at=NOON + dt.timedelta(days=1))
    page = client.get(OUTBOX).content.decode()
    assert "The text was wiped." in page
    assert "471100" not in page


MESSAGES = "admin:core_message_changelist"


def test_staff_see_masked_addresses_and_never_the_text(client, code, service_agent):
    client.force_login(service_agent)
    for url in (reverse(MESSAGES), reverse("admin:core_message_change", args=[code.pk])):
        page = client.get(url).content.decode()
        assert "••••5678" in page
        assert "+8613912345678" not in page
        assert "471100" not in page


def test_the_message_list_costs_the_same_for_one_and_for_many(client, parcel, reader, auditor):
    client.force_login(auditor)
    client.get(reverse(MESSAGES))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(MESSAGES)).status_code == 200
        return len(queries)

    alone = cost()
    for n in range(60):
        outbox.send("tests.parcel", key=f"more {n}", to=reader, context={"number": "1"})
    assert cost() == alone


@pytest.mark.django_db(transaction=True)
def test_a_text_is_revealed_with_a_reason_and_a_code_never(client, reader, recorder, service_agent):
    audit.lay_chains()
    with transaction.atomic():
        (parcel,) = outbox.send("tests.parcel", key="1", to=reader, context={"number": "A1"}, channels=("sms",))
        (code,) = outbox.send("tests.code", key="1", to=reader, context={"code": "471100"})
    dispatch.run("sms")
    client.force_login(service_agent)

    def reveal(message: Message, reason: str):
        return client.post(reverse("admin:reveal", args=["core", "message", message.pk, "body"]), {"reason": reason})

    assert "Parcel A1 is here." in reveal(parcel, "the member asks what we wrote").content.decode()
    assert AuditRecord.objects.filter(action="core.personal_data.reveal").count() == 1
    assert "Parcel A1" not in reveal(parcel, "").content.decode()
    assert reveal(code, "curious").status_code == 404


@pytest.mark.parametrize(("term", "count"), [("7", 1), ("tests.parcel:1", 1), ("nobody", 0), ("9" * 30, 0)])
def test_the_message_list_is_searched_by_member_and_key(client, reader, auditor, term, count):
    outbox.send("tests.parcel", key="1", to=reader, member_id=7, context={"number": "1"}, channels=("sms",))
    outbox.send("tests.parcel", key="2", to=reader, member_id=8, context={"number": "1"}, channels=("sms",))
    client.force_login(auditor)
    response = client.get(reverse(MESSAGES), {"q": term})
    assert response.context["cl"].result_count == count


def test_given_up_messages_are_tried_again_from_the_list(client, parcel, service_agent, auditor):
    Message.objects.update(state="dead")
    chosen = {"action": "retry", "_selected_action": [parcel.pk]}
    client.force_login(auditor)
    client.post(reverse(MESSAGES), chosen)
    parcel.refresh_from_db()
    assert parcel.state == "dead"
    client.force_login(service_agent)
    client.post(reverse(MESSAGES), chosen)
    parcel.refresh_from_db()
    assert parcel.state == "queued"


@pytest.mark.parametrize("what", ["add", "change", "delete"])
def test_messages_cannot_be_written_in_the_back_office(client, parcel, administrator, what):
    client.force_login(administrator)
    address = f"{reverse(MESSAGES)}{'' if what == 'add' else f'{parcel.pk}/'}{what}/"
    response = client.post(address, {"state": "sent"})
    assert response.status_code in {403, 404}
    parcel.refresh_from_db()
    assert parcel.state == "queued"


DESK = "/admin/core/messagetemplate/"
EDITOR = f"{DESK}wording/tests.parcel/sms/en/"


def test_the_wording_desk_shows_all_and_edits_one(client, planner, parcel):
    client.force_login(planner)
    assert "tests.parcel" in client.get(DESK).content.decode()
    assert "Parcel A1 is here." in client.get(EDITOR).content.decode()
    response = client.post(EDITOR, {"body": "Hi {{ number }}", "based_on": "0", "save": "1"})
    assert response.status_code == 302
    page = client.get(EDITOR).content.decode()
    assert "Hi A1" in page
    assert planner.display_name in page
    client.post(EDITOR, {"based_on": "1", "restore": "1"})
    client.post(EDITOR, {"based_on": "2", "revert": "1"})
    assert "v3" in client.get(EDITOR).content.decode()


def test_what_was_typed_stays_when_it_is_refused(client, planner):
    client.force_login(planner)
    page = client.post(EDITOR, {"body": "Hi {{ nmae }}", "based_on": "0"}).content.decode()
    assert "Hi {{ nmae }}" in page
    assert "This event does not know: nmae" in page


def test_the_preview_shows_the_text_and_what_it_costs(client, planner):
    client.force_login(planner)
    page = client.post(f"{EDITOR}preview/", {"body": "包裹 {{ number }} <b>"}).content.decode()
    assert "包裹 A1 &lt;b&gt;" in page
    assert "9 characters: one SMS" in page
    assert client.get(f"{EDITOR}preview/").status_code == 405


def test_the_wording_desk_is_closed_to_who_may_not_look_and_read_only_to_who_may_not_change(client, clerk, auditor):
    client.force_login(clerk)
    assert client.get(DESK).status_code == 403
    assert client.get(EDITOR).status_code == 403
    client.force_login(auditor)
    assert "Put in force" not in client.get(EDITOR).content.decode()
    client.post(EDITOR, {"body": "Hi", "based_on": "0"})
    assert not client.get(EDITOR).context["versions"]


@pytest.mark.parametrize("place", ["tests.none/sms/en", "tests.parcel/fax/en", "tests.parcel/sms/fr"])
def test_wording_that_does_not_exist_is_not_found(client, planner, place):
    client.force_login(planner)
    assert client.get(f"{DESK}wording/{place}/").status_code == 404
