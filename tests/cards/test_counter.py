"""The counter: one box, one panel, benefits redeemed and taken back."""

import json
import uuid
from pathlib import Path

import pytest
from django.test import Client

from cards.models import BenefitUse, Card, Entitlement
from cards.operations import codes, looking, uses
from core import clock
from core.limits import Limit
from core.models import AuditRecord, Store, User
from members.models import Household, Member
from risk import operations as risk
from tests.cards.counter_cast import NOON
from tests.cards.factories import ActiveCardFactory, EntitlementFactory, LineFactory, OrderFactory
from tests.factories import StaffFactory

MOST_STATEMENTS = 18


def panel_of(card: Card) -> str:
    return f"/counter/cards/{card.public_id}/"


@pytest.mark.parametrize(
    "typed",
    [
        "{number}",
        "{spaced}",
        "{wide}",
        "13812340001",
        "+86 138 1234 0001",
        "１３８１２３４０００１",
        "wanqing.lin@example.com",
        "WANQING.LIN@EXAMPLE.COM",
        "林婉清",
        "1000000008",
        "{order}",
    ],
)
def test_the_box_takes_anything(at_counter: Client, card: Card, typed: str) -> None:
    number = card.number.number
    text = typed.format(
        number=number,
        spaced=" ".join(number[i : i + 4] for i in range(0, 16, 4)),
        wide=number.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}),
        order=card.order_line.order.number.lower(),
    )
    answer = at_counter.post("/counter/", {"q": text})
    assert (answer.status_code, answer["Location"]) == (302, panel_of(card))


def test_the_living_code_opens_the_panel_once(at_counter: Client, card: Card, store: Store) -> None:
    code = codes.make(card)
    assert at_counter.post("/counter/", {"q": code.lower() + "\n"})["Location"] == panel_of(card)
    again = at_counter.post("/counter/", {"q": code})
    assert again.status_code == 409
    assert "Nanjing Road" in again.content.decode()
    assert AuditRecord.objects.get(action="counter.refuse").details == {"what": "look_up", "code": "code_spent"}


def test_a_screenshot_is_refused_and_told_so(at_counter: Client, card: Card) -> None:
    with clock.stopped(NOON):
        code = codes.make(card)
    with clock.stopped(NOON.replace(minute=1)):
        answer = at_counter.post("/counter/", {"q": code})
    assert answer.status_code == 409
    assert "expired" in answer.content.decode()


def test_the_panel_masks_the_person_and_shows_what_can_be_had(
    at_counter: Client, card: Card, breakfast: Entitlement
) -> None:
    page = at_counter.get(panel_of(card)).content.decode()
    assert "林*清" in page
    assert "138****0001" in page
    for secret in ("林婉清", "13812340001", card.number.number, "wanqing.lin@example.com"):
        assert secret not in page
    assert "2 left today" in page
    assert "265 days left" in page


def test_several_cards_make_a_list(at_counter: Client, card: Card) -> None:
    second = ActiveCardFactory.create(
        order_line=LineFactory.create(order=OrderFactory.create(member=card.holder), version=card.version)
    )
    page = at_counter.post("/counter/", {"q": "13812340001"})
    assert page.status_code == 200
    assert all(panel_of(one) in page.content.decode() for one in (card, second))


@pytest.mark.parametrize("typed", ["", " ", "\x00", "nobody", "13800138000", "x" * 5000, "'; DROP TABLE cards_card;--"])
def test_what_means_nothing_finds_nothing(at_counter: Client, card: Card, typed: str) -> None:
    assert at_counter.post("/counter/", {"q": typed}).status_code == 200


@pytest.mark.slow
def test_naughty_strings_do_no_harm_in_the_box(at_counter: Client, card: Card, shared_data: Path) -> None:
    strings = json.loads((shared_data / "nasty" / "blns" / "blns.json").read_text())
    assert len(strings) > 400
    for text in strings[::3]:
        answer = at_counter.post("/counter/", {"q": text.encode("utf-8", "replace").decode()})
        assert answer.status_code in (200, 429)
        assert "<script>alert" not in answer.content.decode()


def test_every_look_up_is_on_record_before_it_is_shown(at_counter: Client, card: Card, clerk: User) -> None:
    at_counter.post("/counter/", {"q": card.number.number})
    at_counter.get(panel_of(card))
    record = AuditRecord.objects.get(action="counter.look_up")
    assert (record.actor, record.member_id, record.details) == (clerk, card.holder_id, {"by": "number", "found": 1})


def test_a_card_opened_by_its_link_is_on_record_too(at_counter: Client, card: Card) -> None:
    at_counter.get(panel_of(card))
    at_counter.get(panel_of(card))
    assert AuditRecord.objects.get(action="counter.look_up").details["by"] == "link"


def test_searching_for_very_many_people_is_told_and_then_refused(
    at_counter: Client, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "UNUSUAL", Limit("test-unusual", 3, 3600))
    monkeypatch.setattr(looking, "MOST", Limit("test-most", 6, 3600))
    monkeypatch.setattr(looking, "TOLD", Limit("test-told", 1, 3600))
    answers = [at_counter.post("/counter/", {"q": "13812340001"}).status_code for _ in range(8)]
    assert answers == [302] * 6 + [409] * 2
    assert AuditRecord.objects.filter(action="core.alert.counter_search_often").count() == 1
    assert at_counter.post("/counter/", {"q": card.number.number}).status_code == 302


def test_every_page_asks_the_database_a_constant_number_of_questions(
    at_counter: Client, card: Card, clerk: User, store: Store, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        benefit = EntitlementFactory.create(version=card.version, name=f"Benefit {number}", per_card=9)
        uses.record(card, entitlement=benefit, store=store, clerk=clerk, key=f"k{number}")
    at_counter.get(panel_of(card))
    for address in ("/counter/", panel_of(card), f"{panel_of(card)}use/{benefit.pk}/", "/counter/activate/"):
        with django_assert_max_num_queries(MOST_STATEMENTS):  # type: ignore[operator]
            assert at_counter.get(address).status_code == 200


def confirm(client: Client, card: Card, benefit: Entitlement, *, key: str = "", **more: object) -> object:
    data = {"key": key or str(uuid.uuid4()), "quantity": 1} | more
    return client.post(f"{panel_of(card)}use/{benefit.pk}/", data)


def test_a_benefit_is_redeemed_and_the_same_form_counts_once(
    at_counter: Client, card: Card, breakfast: Entitlement
) -> None:
    key = str(uuid.uuid4())
    first, again = (confirm(at_counter, card, breakfast, key=key) for _ in range(2))
    use = BenefitUse.objects.get()
    assert first["Location"] == again["Location"] == f"/counter/uses/{use.pk}/"  # type: ignore[index]
    page = at_counter.get(first["Location"]).content.decode()  # type: ignore[index]
    assert "Recorded." in page
    assert "1 left now" in page


def test_a_used_up_benefit_is_refused_with_reason_and_day(
    at_counter: Client, card: Card, breakfast: Entitlement
) -> None:
    with clock.stopped(NOON):
        confirm(at_counter, card, breakfast, quantity=2)
        refused = confirm(at_counter, card, breakfast)
    page = refused.content.decode()  # type: ignore[attr-defined]
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "24\N{NO-BREAK SPACE}November 2026" in page
    assert 'data-verdict="bad"' in page
    assert BenefitUse.objects.count() == 1


def test_a_benefit_of_another_store_is_refused_with_the_reason(
    at_counter: Client, card: Card, breakfast: Entitlement, other_store: Store
) -> None:
    breakfast.stores.add(other_store)
    assert "not available at this store" in at_counter.get(panel_of(card)).content.decode()
    refused = confirm(at_counter, card, breakfast)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert AuditRecord.objects.get(action="counter.refuse").details["code"] == "benefit_not_at_this_store"


def test_extra_fields_change_nothing(
    at_counter: Client, card: Card, breakfast: Entitlement, other_store: Store
) -> None:
    confirm(at_counter, card, breakfast, store=other_store.pk, value_minor=1, clerk=99, price="0", used_on="2030-01-01")
    use = BenefitUse.objects.get()
    assert (use.store.code, use.value_minor, use.used_on) == ("NJ1", 4_800, clock.today())


@pytest.mark.parametrize("quantity", ["0", "-1", "１００", "1e9", "NaN", "", "9" * 40])
def test_a_quantity_that_cannot_be_is_an_error_beside_its_field(
    at_counter: Client, card: Card, breakfast: Entitlement, quantity: str
) -> None:
    assert confirm(at_counter, card, breakfast, quantity=quantity).status_code == 422  # type: ignore[attr-defined]
    assert not BenefitUse.objects.exists()


def test_nobody_serves_himself_or_his_household(
    client: Client, card: Card, breakfast: Entitlement, store: Store, household: Household
) -> None:
    husband = Member.objects.by_phone("+8613812340002").get()
    kin = StaffFactory.create(roles={"clerk": store})
    Member.objects.filter(pk=husband.pk).update(user=kin)
    client.force_login(kin)
    refused = confirm(client, card, breakfast)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert not BenefitUse.objects.exists()


def test_a_use_is_taken_back_within_minutes_and_stays_visible(
    at_counter: Client, card: Card, breakfast: Entitlement
) -> None:
    with clock.stopped(NOON):
        confirm(at_counter, card, breakfast)
        use = BenefitUse.objects.get()
        assert f"/counter/uses/{use.pk}/undo/" in at_counter.get(panel_of(card)).content.decode()
        assert at_counter.post(f"/counter/uses/{use.pk}/undo/", {"reason": "because"}).status_code == 422
        done = at_counter.post(f"/counter/uses/{use.pk}/undo/", {"reason": "wrong benefit"})
        told = at_counter.get(done["Location"]).content.decode()
    use.refresh_from_db()
    assert done["Location"] == f"/counter/uses/{use.pk}/"
    assert (use.reversed_at, use.reversal_reason) == (NOON, "wrong benefit")
    assert "Taken back" in told


def test_after_a_quarter_of_an_hour_only_the_manager_takes_back(
    at_counter: Client, card: Card, breakfast: Entitlement, manager: User, clerk: User, store: Store
) -> None:
    with clock.stopped(NOON):
        use = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="k")
    with clock.stopped(NOON.replace(minute=16)):
        late = at_counter.post(f"/counter/uses/{use.pk}/undo/", {"reason": "wrong benefit"})
        assert late.status_code == 409
        at_counter.force_login(manager)
        assert at_counter.post(f"/counter/uses/{use.pk}/undo/", {"reason": "wrong card"}).status_code == 302


def test_a_use_of_another_store_is_as_good_as_missing(
    client: Client, card: Card, breakfast: Entitlement, store: Store, clerk: User, other_clerk: User
) -> None:
    use = uses.record(card, entitlement=breakfast, store=store, clerk=clerk, key="k")
    client.force_login(other_clerk)
    for address in (f"/counter/uses/{use.pk}/", f"/counter/uses/{use.pk}/undo/", "/counter/uses/999999/"):
        assert client.get(address).status_code == 404


def test_a_hold_shows_in_red_and_stops_every_benefit(at_counter: Client, card: Card, breakfast: Entitlement) -> None:
    risk.place_hold(subject=f"cards.card:{card.pk}", scope="use", reason="Reported by the bank", by=None)
    page = at_counter.get(panel_of(card)).content.decode()
    assert "Reported by the bank" in page
    assert f"use/{breakfast.pk}/" not in page
    assert confirm(at_counter, card, breakfast).status_code == 409  # type: ignore[attr-defined]


def test_who_serves_at_several_stores_chooses_one(client: Client, store: Store, other_store: Store, card: Card) -> None:
    both = StaffFactory.create(roles={"clerk": store, "store_manager": other_store})
    client.force_login(both)
    sent = client.get("/counter/")
    assert sent["Location"].startswith("/counter/store/?next=")
    assert client.post("/counter/store/", {"store": 999}).status_code == 404
    chosen = client.post("/counter/store/", {"store": other_store.pk, "next": "//evil.example/"})
    assert chosen["Location"] == "/counter/"
    assert "Chunxi Road" in client.get("/counter/").content.decode()


def test_a_scan_after_the_session_ended_goes_to_the_log_in_and_not_into_the_page(client: Client, db: None) -> None:
    plain = client.post("/counter/", {"q": "x"})
    assert plain["Location"].startswith("/account/login/?next=")
    part = client.post("/counter/", {"q": "x"}, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"][:21]) == (204, "/account/login/?next=")


@pytest.mark.parametrize("role", ["auditor", "finance", "planner", "service_agent"])
def test_the_counter_is_for_the_stores_people(
    client: Client, card: Card, role: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    for address in ("/counter/", panel_of(card), "/counter/store/", "/counter/activate/"):
        assert client.get(address).status_code == 403


def test_a_member_finds_no_counter(her_phone: Client, card: Card) -> None:
    assert her_phone.get(panel_of(card)).status_code == 403
