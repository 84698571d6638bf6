import pytest

from core.messaging import dead_letters, dispatch, editing, outbox, rendering
from core.messaging.editing import Place
from core.models import AuditRecord, Message, MessageTemplate
from core.refusals import Refusal

SMS = Place("tests.parcel", "sms", "en")


def save(by, body="Hi, {{ number }}.", based_on=0) -> MessageTemplate:
    return editing.save(SMS, subject="", body=body, based_on=based_on, by=by)


def test_each_change_is_a_version_with_a_name_and_an_audit_record(planner, parcel):
    save(planner)
    save(planner, body="Hello, {{ number }}!", based_on=1)
    assert rendering.render(parcel).body == "Hello, A1!"
    assert [(row.version, row.edited_by, row.body) for row in SMS.versions()] == [
        (2, planner, "Hello, {{ number }}!"),
        (1, planner, "Hi, {{ number }}."),
    ]
    newest = AuditRecord.objects.filter(action="core.messagetemplate.change").order_by("-id")[0]
    assert newest.actor == planner
    assert newest.details["before"]["body"] == "Hi, {{ number }}."
    assert newest.details["after"]["body"] == "Hello, {{ number }}!"


def test_a_page_older_than_the_newest_version_changes_nothing(planner):
    save(planner)
    with pytest.raises(Refusal) as refused:
        save(planner, body="Late", based_on=0)
    assert refused.value.code == "stale"
    assert MessageTemplate.objects.count() == 1


def test_two_editors_at_the_same_moment_do_not_overwrite_each_other(planner, monkeypatch):
    save(planner)
    monkeypatch.setattr(rendering, "latest", lambda *_: None)  # both looked before either wrote
    with pytest.raises(Refusal) as refused:
        save(planner, body="At the same moment", based_on=0)
    assert refused.value.code == "stale"


def test_saving_what_is_in_force_already_is_no_version(planner):
    with pytest.raises(Refusal) as refused:
        save(planner, body="Parcel {{ number }} is here.")
    assert refused.value.code == "nothing_changes"


def test_an_older_version_and_the_shipped_wording_come_back_as_new_versions(planner, parcel):
    save(planner)
    save(planner, body="Second {{ number }}", based_on=1)
    editing.revert(SMS, to_version=1, based_on=2, by=planner)
    assert rendering.render(parcel).body == "Hi, A1."
    editing.restore_shipped(SMS, based_on=3, by=planner)
    assert rendering.render(parcel).body == "Parcel A1 is here."
    assert [row.version for row in SMS.versions()] == [4, 3, 2, 1]
    with pytest.raises(Refusal) as refused:
        editing.restore_shipped(SMS, based_on=4, by=planner)
    assert refused.value.code == "nothing_changes"


@pytest.mark.parametrize("role", ["clerk", "service_agent", "auditor", "reader"])
def test_only_who_has_the_right_changes_wording(request, role):
    with pytest.raises(Refusal) as refused:
        save(request.getfixturevalue(role))
    assert refused.value.status == 403
    assert not MessageTemplate.objects.exists()


def test_wording_that_does_not_work_is_not_saved(planner):
    with pytest.raises(Refusal) as refused:
        save(planner, body="{{ nmae }}")
    assert refused.value.code == "wording_unknown_variable"


def test_a_given_up_message_is_tried_again_from_the_beginning(parcel, recorder, service_agent):
    Message.objects.update(state="dead", attempts=8, error="OSError")
    assert dead_letters.retry([parcel.pk], by=service_agent) == 1
    parcel.refresh_from_db()
    assert (parcel.state, parcel.attempts, parcel.error) == ("queued", 0, "")
    assert AuditRecord.objects.get(action="core.message.retry").details == {"messages": [parcel.pk]}
    assert dispatch.run("sms") == {"sent": 1}


def test_one_message_that_is_not_given_up_leaves_all_as_they_are(parcel, reader, recorder, service_agent):
    (other,) = outbox.send("tests.parcel", key="2", to=reader, context={"number": "2"}, channels=("sms",))
    Message.objects.filter(pk=other.pk).update(state="dead")
    with pytest.raises(Refusal) as refused:
        dead_letters.retry([parcel.pk, other.pk], by=service_agent)
    assert refused.value.code == "message_not_dead"
    other.refresh_from_db()
    assert other.state == "dead"


def test_a_wiped_code_cannot_be_sent_again(reader, recorder, service_agent):
    (code,) = outbox.send("tests.code", key="1", to=reader, context={"code": "4711"})
    Message.objects.update(state="dead", wiped_at=code.created_at)
    with pytest.raises(Refusal) as refused:
        dead_letters.retry([code.pk], by=service_agent)
    assert refused.value.code == "message_text_gone"


def test_only_who_has_the_right_tries_again(parcel, planner):
    Message.objects.update(state="dead")
    with pytest.raises(Refusal) as refused:
        dead_letters.retry([parcel.pk], by=planner)
    assert refused.value.status == 403
