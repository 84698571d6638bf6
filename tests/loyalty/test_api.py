"""The API as a till meets it: what it documents it does, and what is no proper call changes nothing (invariants part 3)."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cards.models import Card
from cards.operations import codes
from core import clock
from core.api import clients, openapi, routes, shapes
from core.limits import Limit
from core.models import ApiClient, AuditRecord, IdempotencyKey, Store, User
from core.refusals import Refusal
from loyalty.models import Purchase, PurchaseReturn
from members.models import Member
from tests.loyalty.conftest import balances

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
EVERYTHING = ("purchases.write", "purchases.read", "members.read")
BODY: dict[str, Any] = {
    "external_id": "T4-1", "occurred_at": "2026-11-20T12:00:00+08:00", "member": {"phone": "+86 138 1234 0001"},
    "store": "NJ1", "lines": [{"net_minor": 12_050, "quantity": 2}, {"net_minor": 750, "category": "food"}],
}  # fmt: skip


class Till:
    """A till with its key."""

    def __init__(self, client: ApiClient, key: str) -> None:
        self.client, self.key, self.browser, self.turn = client, key, Client(enforce_csrf_checks=True), 0

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        self.turn += 1
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key or f"k{self.turn}", **headers}
        return self.browser.post(f"/api/v1/{path}", raw, content_type="application/json", headers=told)

    def get(self, path: str, **query: Any) -> Any:
        return self.browser.get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.key}"})


@pytest.fixture
def till(administrator: User, store: Store, wanqing: Member) -> Till:
    cache.clear()
    return Till(*clients.make("Till 4", EVERYTHING, by=administrator))


@pytest.fixture
def other_till(administrator: User, other_store: Store) -> Till:
    return Till(*clients.make("Till 9", EVERYTHING, by=administrator, store=other_store))


def code_of(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def faults(answer: Any) -> dict[str, str]:
    assert code_of(answer) == (400, "fields_wrong")
    return {one["field"]: one["code"] for one in answer.json()["errors"]}


@pytest.mark.parametrize("name", [route.name for route in routes.registered()])
def test_every_documented_example_is_what_the_api_does(till: Till, wanqing: Member, name: str) -> None:
    route = next(one for one in routes.registered() if one.name == name)
    recorded = next(one for one in routes.registered() if one.name == "purchase_record")
    place = dict(route.example.place)
    if name != "purchase_record":
        made = till.post(recorded.path, recorded.example.body).json()
        place = {"purchase": made["id"], "reference": made["member"]} if place else {}
    path = openapi.readable(route.path).format(**place)
    answer = till.post(path, route.example.body) if route.method == "POST" else till.get(path, **route.example.query)
    assert answer.status_code == route.status, answer.content
    said = answer.json()
    shapes.read(route.answer, said)
    ours = {"id", "member", "purchase", "reference", "balance", "available", "pending", "lapses_next", "lapses_next_on"}
    assert _without(said, ours) == _without(json.loads(json.dumps(route.example.answer)), ours)


def _without(said: Any, names: set[str]) -> Any:
    """What does not depend on what our database counted so far; the shape of the rest was read."""
    if isinstance(said, dict):
        return {name: _without(value, names) for name, value in said.items() if name not in names}
    return [_without(one, names) for one in said] if isinstance(said, list) else said


def test_every_address_of_the_api_is_documented_and_every_code_has_its_sentence(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    from core.api import urls

    served = {openapi.readable(str(one.pattern)) for one in urls.urlpatterns} - {"", "openapi.json", "{rest}"}
    assert {path.removeprefix("/") for path in document["paths"]} == served
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert {one["operationId"] for one in operations} == {route.name for route in routes.registered()}
    named = json.dumps(document)
    for name in {part.split('"')[0] for part in named.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
    page = client.get("/api/v1/")
    for route in routes.registered():
        assert f'id="{route.name}"' in page.content.decode()
    assert "style=" not in page.content.decode()


def test_a_purchase_comes_in_once_and_the_same_key_gets_the_same_answer(till: Till, wanqing: Member) -> None:
    first = till.post("purchases", BODY, key="same")
    again = till.post("purchases", BODY, key="same")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (first["Idempotent-Replayed"], again["Idempotent-Replayed"]) == ("false", "true")
    third = till.post("purchases", BODY, key="another key, the same purchase")
    assert third.json() == first.json()
    assert (balances(wanqing)[1], Purchase.objects.count()) == (128, 1)
    assert code_of(till.post("purchases", {**BODY, "external_id": "T4-2"}, key="same")) == (409, "key_reused")
    assert code_of(till.post("purchases", {**BODY, "lines": [{"net_minor": 1}]})) == (409, "key_reused")
    assert Purchase.objects.count() == 1


def test_it_answers_like_a_machine_without_cookies_and_kept_by_nobody(till: Till) -> None:
    for answer in (till.post("purchases", BODY), till.get("purchases"), till.get("nothing/here")):
        assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert not answer.cookies
    record = AuditRecord.objects.filter(action="loyalty.purchase.record").get()
    assert (record.actor, record.actor_label) == (None, str(till.client))


def test_without_a_good_key_nothing_opens(till: Till, administrator: User) -> None:
    good = till.key
    for wrong in ("", "tsk_", good[:-1], good + "x", "tsk_" + "0" * 12 + "_x", "x" * 500, "tsk_a_b\x7f"):
        till.key = wrong
        answer = till.get("purchases")
        assert code_of(answer) == (401, "api_key_wrong")
        assert answer["WWW-Authenticate"] == "Bearer"
    till.key = good
    assert till.get("purchases").status_code == 200
    clients.revoke(till.client, by=administrator, reason="Lost")
    assert code_of(till.get("purchases")) == (401, "api_key_wrong")


def test_a_key_ends_when_it_should_and_remembers_its_last_use(till: Till, administrator: User) -> None:
    client, key = clients.make("Fair", EVERYTHING, by=administrator, expires_at=clock.now() + dt.timedelta(hours=1))
    guest = Till(client, key)
    assert guest.get("purchases").status_code == 200
    client.refresh_from_db()
    assert client.last_used_at == clock.now()
    with clock.stopped(clock.now() + dt.timedelta(hours=1)):
        assert code_of(guest.get("purchases")) == (401, "api_key_wrong")


def test_a_scope_that_was_not_given_is_missed(administrator: User, wanqing: Member, store: Store) -> None:
    reader = Till(*clients.make("Reader", ["purchases.read"], by=administrator))
    assert code_of(reader.post("purchases", BODY)) == (403, "scope_missing")
    assert code_of(reader.get("members/lookup", phone="+8613812340001")) == (403, "scope_missing")
    assert reader.get("purchases").status_code == 200


def test_what_another_key_delivered_does_not_exist(till: Till, other_till: Till, wanqing: Member) -> None:
    made = till.post("purchases", BODY).json()
    back = {"external_id": "B-1", "occurred_at": "2026-11-21T12:00:00+08:00"}
    gone = till.get("purchases/999999")
    for answer in (other_till.get(f"purchases/{made['id']}"), other_till.post(f"purchases/{made['id']}/returns", back),
                   other_till.get(f"members/{made['member']}/points")):  # fmt: skip
        assert (code_of(answer), answer.content) == ((404, "not_there"), gone.content)
    assert other_till.get("purchases").json() == {"purchases": [], "next": None}
    assert code_of(other_till.post("purchases", BODY)) == (403, "store_not_yours")
    theirs = other_till.post("purchases", {name: value for name, value in BODY.items() if name != "store"}).json()
    assert (theirs["store"], theirs["external_id"]) == ("CD1", "T4-1")
    assert theirs["member"] != made["member"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b" ", 400, "body_malformed"),
        (b"{", 400, "body_malformed"),
        (b"\xff\xfe", 400, "body_malformed"),
        (b'{"external_id": "a", "external_id": "b"}', 400, "body_malformed"),
        (b'{"lines": [{"net_minor": NaN}]}', 400, "body_malformed"),
        (b'{"lines": [{"net_minor": Infinity}]}', 400, "body_malformed"),
        (b"[" * 100_000, 400, "body_malformed"),
        (b'{"lines": [{"net_minor": ' + b"9" * 5_000 + b"}]}", 400, "body_malformed"),
        (b"[]", 400, "fields_wrong"),
        (b"null", 400, "fields_wrong"),
        (b" " * (10 * 1024 * 1024), 413, "body_too_large"),
    ],
)
def test_what_is_no_body_is_a_problem_and_leaves_nothing(till: Till, body: bytes, status: int, code: str) -> None:
    assert code_of(till.post("purchases", body)) == (status, code)
    assert (Purchase.objects.count(), IdempotencyKey.objects.count()) == (0, 0)


def test_more_than_the_house_takes_is_a_problem_too(till: Till) -> None:
    told = {"Authorization": f"Bearer {till.key}", "Idempotency-Key": "1"}
    size = str(200 * 1024 * 1024)
    answer = till.browser.generic("POST", "/api/v1/purchases", b"", headers=told, CONTENT_LENGTH=size)
    assert code_of(answer) == (413, "body_too_large")


def test_every_field_that_is_wrong_is_told_at_once_with_its_place(till: Till) -> None:
    lines = [{"net_minor": 1.5}, {"net_minor": -1}, {"net_minor": 1e309}, {"net_minor": True, "quantity": 0},
             {"net_minor": 10**16, "colour": "red"}, "wine", {"net_minor": "12"}, {"net_minor": 1, "sku": "\x00"},
             {"net_minor": 1, "description": "\ud800"}]  # fmt: skip
    body = {"external_id": "", "occurred_at": "2026-11-20T12:00:00", "lines": lines, "balance": 9, "currency": "GBP"}
    raw = json.dumps(body).replace("Infinity", "1e309").encode()
    assert faults(till.post("purchases", raw)) == {
        "balance": "field_unknown", "external_id": "field_length", "occurred_at": "field_moment",
        "currency": "field_one_of", "lines[0].net_minor": "field_whole_number", "lines[1].net_minor": "field_range",
        "lines[2].net_minor": "field_whole_number", "lines[3].net_minor": "field_whole_number",
        "lines[3].quantity": "field_range", "lines[4].net_minor": "field_range", "lines[4].colour": "field_unknown",
        "lines[5]": "field_object", "lines[6].net_minor": "field_whole_number", "lines[7].sku": "field_unreadable",
        "lines[8].description": "field_unreadable",
    }  # fmt: skip
    assert faults(till.post("purchases", {})).keys() == {"external_id", "occurred_at", "lines"}


def test_a_change_needs_its_key_and_json(till: Till) -> None:
    bare = {"Authorization": f"Bearer {till.key}"}
    plain = till.browser.post("/api/v1/purchases", b"{}", content_type="application/json", headers=bare)
    assert code_of(plain) == (400, "key_needed")
    assert code_of(till.post("purchases", BODY, key="x" * 81)) == (400, "key_malformed")
    form = till.browser.post("/api/v1/purchases", {"a": 1}, headers={**bare, "Idempotency-Key": "1"})
    assert code_of(form) == (415, "body_not_json")
    wrong = till.browser.put("/api/v1/purchases", headers=bare)
    assert (code_of(wrong), wrong["Allow"]) == ((405, "method_not_known"), "POST, GET")


def test_a_problem_speaks_the_language_that_was_asked_for(till: Till) -> None:
    answer = till.post("purchases", {**BODY, "store": "XX"}, **{"Accept-Language": "zh-hans"})
    assert code_of(answer) == (422, "store_unknown")
    assert answer["Content-Language"] == "zh-hans"


def test_the_member_is_named_by_card_phone_code_or_token_and_in_one_way(
    till: Till, card: Card, wanqing: Member
) -> None:
    token = till.get("members/lookup", card_number=card.number.number).json()["reference"]
    assert till.get("members/lookup", phone="13812340001").json()["reference"] == token
    assert till.get("members/lookup", code=codes.make(card), store="NJ1").json()["reference"] == token
    assert code_of(till.get("members/lookup", code=codes.make(card))) == (422, "code_needs_a_store")
    once = codes.make(card)
    assert till.get("members/lookup", code=once, store="NJ1").status_code == 200
    assert code_of(till.get("members/lookup", code=once, store="NJ1")) == (409, "code_spent")
    for place, member in enumerate(
        [{"card_number": card.number.number}, {"reference": token}, {"code": codes.make(card)}]
    ):
        answer = till.post("purchases", {**BODY, "external_id": f"by-{place}", "member": member})
        assert (answer.status_code, answer.json()["member"]) == (201, token)
    for wrong in ({}, {"phone": "13812340001", "reference": token}):
        assert faults(till.post("purchases", {**BODY, "member": wrong})) == {"member": "member_named_once"}
    assert faults(till.get("members/lookup")) == {"member": "member_named_once"}


@pytest.mark.parametrize(
    "member", [{"phone": "+8613900000000"}, {"phone": "abc"}, {"card_number": "1"}, {"reference": "x"}]
)
def test_a_member_nobody_knows_refuses_the_purchase(till: Till, member: dict[str, str]) -> None:
    assert code_of(till.post("purchases", {**BODY, "member": member})) == (422, "member_unknown")
    assert not Purchase.objects.exists()


@pytest.mark.parametrize("path", ["purchases/99999999999999999999999", "members/a%00b/points", "purchases/1/x", "ü/"])
def test_addresses_that_nobody_meant_are_nothing(till: Till, path: str) -> None:
    assert code_of(till.get(path)) == (404, "not_there")


def test_without_a_member_a_purchase_is_kept_and_earns_nothing(till: Till) -> None:
    made = till.post("purchases", {**BODY, "member": None}).json()
    assert (made["member"], made["points"], made["net_minor"]) == (None, 0, 12_800)


def test_nothing_personal_goes_out(till: Till, wanqing: Member) -> None:
    token = till.get("members/lookup", phone="13812340001").json()["reference"]
    made = till.post("purchases", BODY)
    told = b"".join([till.get(f"members/{token}/points").content, made.content, till.get("purchases").content])
    for secret in (wanqing.name, "13812340001", wanqing.number, wanqing.email or "-"):
        assert secret.encode() not in told
    assert till.get(f"members/{token}/points").json()["pending"] == 128


def test_a_return_comes_back_in_parts_whole_and_never_more(till: Till, wanqing: Member) -> None:
    path = f"purchases/{till.post('purchases', BODY).json()['id']}/returns"
    at = {"occurred_at": "2026-11-21T12:00:00+08:00"}
    part = till.post(path, {"external_id": "B-1", **at, "lines": [{"position": 1, "quantity": 1}]})
    assert (part.status_code, part.json()["net_minor"], part.json()["points"]) == (201, 6_025, 60)
    too_much = {"external_id": "B-2", **at, "lines": [{"position": 1, "quantity": 2}]}
    assert code_of(till.post(path, too_much)) == (409, "return_too_large")
    rest = till.post(path, {"external_id": "B-3", **at})
    assert rest.json()["lines"] == [{"position": 1, "quantity": 1}, {"position": 2, "quantity": 1}]
    assert till.post(path, {"external_id": "B-3", **at}).json() == rest.json()
    assert code_of(till.post(path, {"external_id": "B-4", **at})) == (409, "return_too_large")
    assert (balances(wanqing), PurchaseReturn.objects.count()) == ((0, 0, 0, 0), 2)
    twice = {"external_id": "B-5", **at, "lines": [{"position": 1, "quantity": 1}] * 2}
    assert faults(till.post(path, twice)) == {"lines": "field_twice"}


def test_a_batch_answers_each_for_itself(till: Till, wanqing: Member) -> None:
    given = [
        {**BODY, "external_id": "b-0"}, {**BODY, "external_id": "b-1", "member": {"phone": "+8613900000000"}},
        {**BODY, "external_id": "b-2", "lines": [{"net_minor": -1}]}, {**BODY, "external_id": "b-0"},
        {**BODY, "external_id": "b-4", "store": "XX"}, "nonsense", {**BODY, "external_id": "b-6", "member": None},
        {**BODY, "external_id": "b-7", "member": {"code": "T1X"}},
    ]  # fmt: skip
    said = till.post("purchases:batch", {"purchases": given}, key="b").json()["results"]
    assert [one["index"] for one in said] == list(range(8))
    outcomes = [one["purchase"]["points"] if one["purchase"] else one["problem"]["code"] for one in said]
    assert outcomes == [128, "member_unknown", "fields_wrong", 128, "store_unknown", "fields_wrong", 0, "fields_wrong"]
    assert [one["outcome"] for one in said][:4] == ["recorded", "refused", "refused", "repeated"]
    assert said[2]["problem"]["errors"][0]["field"] == "purchases[2].lines[0].net_minor"
    assert till.post("purchases:batch", {"purchases": given}, key="b").json()["results"] == said
    assert (balances(wanqing)[1], Purchase.objects.count()) == (128, 2)
    many = {"purchases": [{**BODY, "external_id": str(n)} for n in range(501)]}
    assert faults(till.post("purchases:batch", many)) == {"purchases": "field_count"}


def test_pages_are_clamped_and_lead_on(till: Till) -> None:
    for number in range(3):
        till.post("purchases", {**BODY, "external_id": f"p-{number}"})
    first = till.get("purchases", page_size=2).json()
    assert len(first["purchases"]) == 2
    assert [one["external_id"] for one in till.get("purchases", after=first["next"]).json()["purchases"]] == ["p-2"]
    assert till.get("purchases", page_size=100_000).json()["next"] is None
    assert len(till.get("purchases", page_size=0).json()["purchases"]) == 1
    for wrong in ({"page_size": "many"}, {"page_size": "-1"}, {"after": "9" * 30}, {"size": 1}, {"after": ["1", "2"]}):
        assert till.get("purchases", **wrong).status_code == 400


def test_too_many_calls_and_too_many_wrong_keys_are_told_to_wait(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "CALLS", Limit("api", 2, 60))
    answers = [till.get("purchases") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"]
    monkeypatch.setattr(routes, "WRONG_KEYS", Limit("api-wrong-key", 2, 60))
    till.key = "tsk_0_0"
    assert [till.get("purchases").status_code for _ in range(3)] == [401, 401, 429]


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("loyalty.operations.purchases.record", broken)
    answer = till.post("purchases", BODY, key="mended later")
    assert code_of(answer) == (500, "our_fault")
    assert b"secret" not in answer.content
    monkeypatch.undo()
    assert till.post("purchases", BODY, key="mended later").status_code == 201


def test_keys_are_made_and_revoked_by_administrators_alone(clerk: User, administrator: User, till: Till) -> None:
    for act in (lambda: clients.make("x", ["purchases.read"], by=clerk),
                lambda: clients.revoke(till.client, by=clerk, reason="because")):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.status == 403
    for scopes in ([], ["everything"]):
        with pytest.raises(Refusal):
            clients.make("x", scopes, by=administrator)
    assert till.key not in str(ApiClient.objects.values())
    assert till.key.rpartition("_")[2] not in str(list(AuditRecord.objects.values()))


def test_the_description_is_public(client: Client) -> None:
    assert client.get(reverse("api:page")).status_code == 200
    assert client.get(reverse("api:openapi")).json()["openapi"] == "3.1.0"
