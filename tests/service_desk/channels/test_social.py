"""Social networks (SVC-01 · A6.2.1): heard once and in order however late, written down by hand, answered from here or there."""

import datetime as dt
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from cards.payments import signatures
from core import clock
from core.models import Message, User
from core.refusals import Refusal
from members.models import Member
from service_desk.channels import jobs, social_networks
from service_desk.channels.models import SocialAnswer, SocialThread
from service_desk.channels.operations import social_sending, socials
from service_desk.channels.social_networks import NotTaken, Outgoing, Sandbox, Sent
from service_desk.models import Case, CaseEntry
from tests.service_desk.channels.policy.test_posts import GOOD
from tests.service_desk.desk import refused

pytestmark = pytest.mark.django_db
SECRET = "whsec_c29jaWFsLXNlY3JldC10ZXN0"
OTHER = "whsec_YW5vdGhlci1zZWNyZXQ="
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=clock.zone())


@pytest.fixture(autouse=True)
def _networks(settings) -> None:
    settings.DEMO = True
    settings.SOCIAL_SECRETS = {"weibo": SECRET, "wechat": OTHER}
    settings.SOCIAL_NETWORKS = {"weibo": "service_desk.channels.social_networks.Sandbox"}


def post(*, network: str = "weibo", secret: str = SECRET, late: int = 0, **changed: Any) -> Any:
    raw = json.dumps({name: value for name, value in (GOOD | changed).items() if value is not None}).encode()
    return sent(raw, network=network, secret=secret, late=late)


def sent(raw: bytes, *, network: str = "weibo", secret: str = SECRET, late: int = 0) -> Any:
    stamp = int(clock.now().timestamp()) - late
    signed = signatures.headers(raw, secret=secret, message_id="evt", timestamp=stamp)
    return Client().post(f"/hooks/social/{network}/", raw, content_type="application/json", headers=signed)


def thread(case: Case) -> list[tuple[str, str]]:
    return [(one.direction, one.body) for one in case.entries.order_by("at", "id")]


def test_a_post_opens_a_case_and_the_next_one_goes_into_it() -> None:
    assert post(id="1").json() == {"outcome": "opened"}
    assert post(id="2", text="有人吗？").json() == {"outcome": "threaded"}
    case = Case.objects.get()
    assert (case.channel, case.member, case.contact_name) == ("social", None, "@wanqing · Weibo")
    assert [body for _, body in thread(case)] == ["早餐券不能用 😀", "有人吗？"]
    assert not Message.objects.filter(channel__in=["email", "sms"]).exists()


def test_posts_five_times_each_shuffled_and_three_days_late_are_one_thread_in_the_order_of_writing() -> None:
    told: list[dict[str, Any]] = [
        {"id": str(n), "text": f"word {n}", "at": (NOON + dt.timedelta(minutes=n)).isoformat()} for n in range(8)
    ] * 5
    random.Random(3).shuffle(told)
    with clock.stopped(NOON + dt.timedelta(hours=72)):
        answers = [post(**one).json()["outcome"] for one in told]
    assert (answers.count("opened"), answers.count("threaded"), answers.count("repeat")) == (1, 7, 32)
    case = Case.objects.get()
    assert [body for _, body in thread(case)] == [f"word {n}" for n in range(8)]


def test_conversations_and_networks_do_not_mix() -> None:
    post(id="1", thread="a")
    post(id="1", thread="a", network="wechat", secret=OTHER)
    post(id="2", thread="b")
    assert (Case.objects.count(), SocialThread.objects.count()) == (3, 3)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"secret": OTHER}, 401), ({"late": 301}, 401), ({"late": -301}, 401), ({"network": "wechat"}, 401),
        ({"network": "myspace"}, 404), ({"id": ""}, 400), ({"at": "now"}, 400),
    ],
)  # fmt: skip
def test_what_is_not_rightly_signed_or_makes_no_sense_changes_nothing(told: dict[str, Any], status: int) -> None:
    assert post(**told).status_code == status
    assert not Case.objects.exists()
    assert not SocialThread.objects.exists()


def test_too_much_and_the_wrong_method_are_turned_away() -> None:
    assert sent(b"{" + b" " * 200_000 + b"}").status_code == 413
    assert Client().get("/hooks/social/weibo/").status_code == 405
    assert post(type="like").json() == {"outcome": "ignored"}


def test_an_answer_is_handed_to_the_network_once_and_its_echo_is_none_of_the_members(service_agent: User) -> None:
    post(id="1")
    conversation = SocialThread.objects.get()
    for _ in range(2):
        socials.answer(conversation, body="马上处理", by=service_agent, key="a1")
    answer = SocialAnswer.objects.get()
    assert (answer.state, CaseEntry.objects.filter(direction="out").count()) == ("waiting", 1)
    assert (jobs.send_social(), jobs.send_social()) == (1, 0)
    answer.refresh_from_db()
    assert answer.state == "sent"
    assert answer.external_id.startswith("sandbox-")
    assert post(id=answer.external_id, text="马上处理", handle="tessera").json() == {"outcome": "ours"}
    assert len(thread(Case.objects.get())) == 2
    assert Case.objects.get().owner == service_agent


def test_an_echo_that_comes_before_its_number_is_written_down_is_none_either(
    service_agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(id="1")
    socials.answer(SocialThread.objects.get(), body="马上处理", by=service_agent)
    heard = []

    def answering(self: Sandbox, message: Outgoing) -> Sent:
        heard.append(post(id="e7", text=message.text, handle="tessera").json()["outcome"])
        return Sent("e7")

    monkeypatch.setattr(Sandbox, "answer", answering)
    assert jobs.send_social() == 1
    assert heard == ["ours"]
    assert len(thread(Case.objects.get())) == 2


def test_an_answer_given_at_the_network_is_only_written_down(service_agent: User) -> None:
    post(id="1")
    given = socials.answer(
        SocialThread.objects.get(), body="已回复", by=service_agent, there=True, link="https://weibo.example/902"
    )
    assert (given.state, given.link, jobs.send_social()) == ("there", "https://weibo.example/902", 0)
    assert thread(Case.objects.get())[-1] == ("out", "已回复")
    with refused("post_unreadable"):
        socials.answer(SocialThread.objects.get(), body="x", by=service_agent, there=True, link="javascript:x")


def test_where_nobody_carries_answers_a_colleague_answers_there(service_agent: User, settings) -> None:
    settings.SOCIAL_NETWORKS = {}
    post(id="1")
    conversation = SocialThread.objects.get()
    with pytest.raises(Refusal) as refused:
        socials.answer(conversation, body="x", by=service_agent)
    assert refused.value.code == "network_not_carried"
    assert not CaseEntry.objects.filter(direction="out").exists()
    assert socials.answer(conversation, body="x", by=service_agent, there=True).state == "there"


def failing(error: Exception) -> Callable[..., Sent]:
    def answer(self: Sandbox, message: Outgoing) -> Sent:
        raise error

    return answer


def test_a_network_that_fails_is_tried_again_and_then_given_up_with_a_remark(
    service_agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(id="1")
    socials.answer(SocialThread.objects.get(), body="马上处理", by=service_agent)
    monkeypatch.setattr(Sandbox, "answer", failing(OSError("no connection")))
    now = clock.now()
    for hours in range(60):
        with clock.stopped(now + dt.timedelta(hours=hours)):
            jobs.send_social()
    answer = SocialAnswer.objects.get()
    assert (answer.state, answer.tries) == ("failed", 8)
    direction, noted = thread(Case.objects.get())[-1]
    assert direction == "note"
    assert "no connection" in noted
    assert Message.objects.filter(event="case.remark", recipient=service_agent).count() == 1


def test_what_cannot_be_helped_is_given_up_at_once(service_agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    post(id="1")
    socials.answer(SocialThread.objects.get(), body="马上处理", by=service_agent)
    monkeypatch.setattr(Sandbox, "answer", failing(NotTaken("the post is gone", permanent=True)))
    jobs.send_social()
    assert SocialAnswer.objects.get().state == "failed"


def test_what_a_dead_process_had_claimed_is_sent_again_under_the_same_key(
    service_agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(id="1")
    socials.answer(SocialThread.objects.get(), body="马上处理", by=service_agent)
    keys = []

    def killed(self: Sandbox, message: Outgoing) -> Sent:
        keys.append(message.key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "answer", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.send_social()
    assert jobs.send_social() == 0  # still claimed
    truly = Sandbox.answer

    def counted(self: Sandbox, message: Any) -> Any:
        keys.append(message.key)
        return truly(self, message)

    monkeypatch.setattr(Sandbox, "answer", counted)
    with clock.stopped(clock.now() + social_sending.LEASE + dt.timedelta(seconds=1)):
        assert jobs.send_social() == 1
    assert len(set(keys)) == 1


def test_a_colleague_writes_down_what_he_has_seen(service_agent: User, wanqing: Member, clerk: User) -> None:
    seen: dict[str, Any] = {
        "network": "xiaohongshu",
        "handle": "wq",
        "link": "https://xhs.example/1",
        "by": service_agent,
    }
    case = socials.record(text="The queue was long.", member=wanqing, key="k1", **seen)
    assert socials.record(text="The queue was long.", member=wanqing, key="k1", **seen) == case
    assert socials.record(text="And still is.", key="k2", **seen) == case
    assert (case.member, case.opened_by, [body for _, body in thread(case)]) == (
        wanqing, service_agent, ["The queue was long.", "And still is."],
    )  # fmt: skip
    for wrong in ({"network": "myspace"}, {"by": clerk}, {"handle": " "}):
        with pytest.raises(Refusal):
            socials.record(text="x", **(seen | wrong))


def test_the_pages_of_the_back_office(client: Client, service_agent: User, auditor: User, wanqing: Member) -> None:
    client.force_login(service_agent)
    add = reverse("admin:service_desk_socialthread_add")
    assert client.get(add).status_code == 200
    given = {"network": "weibo", "handle": "@wq", "text": "Long queue", "key": "k", "member": wanqing.number}
    assert client.post(add, {**given, "link": "javascript:x"}).status_code == 422
    assert client.post(add, {**given, "member": "nobody"}).status_code == 422
    assert client.post(add, given).status_code == 302
    conversation = SocialThread.objects.get()
    change = reverse("admin:service_desk_socialthread_change", args=[conversation.pk])
    page = client.get(change).content.decode()
    assert "Long queue" in page
    assert "I have answered at the network" in page
    decide = reverse("admin:service_desk_socialthread_decide", args=[conversation.pk, "answer"])
    assert client.post(decide, {"body": "We are sorry."}).status_code == 302
    assert "We are sorry." in client.get(change).content.decode()
    found = client.get(reverse("admin:service_desk_socialthread_changelist"), {"q": "@WQ"}).content.decode()
    assert change in found
    client.force_login(auditor)
    assert client.get(change).status_code == 200
    assert client.get(add).status_code == 403
    assert client.post(decide, {"body": "x"}).status_code == 403


def test_a_network_whose_class_is_missing_is_said_by_the_check(settings) -> None:
    settings.SOCIAL_NETWORKS = {"x": "nowhere.Network"}
    settings.SOCIAL_SECRETS = {"x": "not base64!"}
    assert sorted(str(one.id) for one in run_checks(tags=["channels"])) == ["channels.E003", "channels.E004"]


def test_the_sandbox_is_no_network_outside_the_demo(settings) -> None:
    settings.DEMO = False
    with pytest.raises(NotTaken):
        social_networks.of("weibo").answer(Outgoing(key="k", network="weibo", thread="t", handle="h", text="x"))
