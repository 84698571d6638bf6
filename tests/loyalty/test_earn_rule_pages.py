"""Earn rules in the back office: read in words, asked for by one, decided by another, tried without writing (LOY-04, LOY-17)."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core import approvals, clock
from core.models import Approval, AuditRecord, Store, User
from loyalty.models import EarnBudget, EarnCounter, EarnOccasion, EarnRule, PointTransaction
from loyalty.operations import earn_rules
from members.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
LIST = "/admin/loyalty/earnrule/"
NEW, WORDS, TRY = f"{LIST}add/", f"{LIST}words/", f"{LIST}try/"
TUESDAYS: dict[str, Any] = {
    "name": "Quiet Tuesdays", "name_zh_hans": "周二", "name_zh_hant": "週二", "kind": "purchase", "effect": "multiply",
    "times": "2", "weekdays": ["1"], "hours": "14:00–17:00", "stores": ["NJ1"], "tiers": ["silver", "gold", "platinum"],
    "cap_points": "500", "cap_per": "month", "programme_cap_per": "month", "priority": "50", "reason": "It is empty then.",
}  # fmt: skip
SAID = (
    "Double points on Tuesdays from 14:00 to 17:00, at Nanjing Road, for Silver and above;"
    " at most 500 points a month for each member; priority 50"
)


@pytest.fixture
def at_desk(planner: User, store: Store) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(planner)
    return browser


@pytest.fixture
def wine(planner: User, director: User) -> EarnRule:
    rule = EarnRule.objects.create(code="wine", name="Double on wine", name_zh_hans="葡萄酒双倍")
    agree(rule, {"effect": "multiply", "bps": 20_000, "which_categories": ["wine"]}, planner, director)
    return rule


def agree(rule: EarnRule, definition: dict[str, Any] | None, planner: User, director: User) -> None:
    asked = earn_rules.propose(rule, definition, effective_at=clock.now(), reason="agreed", author=planner)
    approvals.approve(asked, by=director)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_rule_is_asked_for_in_a_form_read_in_words_and_in_force_once_a_second_person_agreed(
    at_desk: Client, director: User
) -> None:
    answer = at_desk.post(NEW, TUESDAYS)
    asked = Approval.objects.get(kind="earn-rule")
    assert answer["Location"] == reverse("admin:core_approval_change", args=[asked.pk])
    assert asked.after == {
        "kind": "purchase", "effect": "multiply", "bps": 20_000, "priority": 50, "when_weekdays": [1],
        "when_hours": [[840, 1020]], "when_tiers": ["gold", "platinum", "silver"], "when_stores": ["NJ1"],
        "cap_points": 500, "cap_per": "month",
    }  # fmt: skip
    shown = text(at_desk.get(answer["Location"]))
    assert SAID in shown
    assert "Days of the week" in shown
    assert "waiting for approval" in text(at_desk.get(LIST))
    approvals.approve(asked, by=director)
    listed = text(at_desk.get(LIST))
    assert SAID in listed
    assert "In force" in listed


def test_the_sentence_stands_in_the_language_of_the_reader(at_desk: Client, wine: EarnRule) -> None:
    with translation.override("zh-hans"):
        page = text(at_desk.get(f"{LIST}{wine.pk}/change/", headers={"accept-language": "zh-hans"}))
    assert "葡萄酒双倍" in page


def test_what_is_typed_is_said_in_words_before_anything_is_sent(at_desk: Client) -> None:
    assert SAID in text(at_desk.post(WORDS, TUESDAYS))
    assert "appears here in words" in text(at_desk.post(WORDS, {"kind": "purchase", "effect": "bonus"}))
    assert at_desk.get(WORDS).status_code == 405
    assert not EarnRule.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("times", "NaN"), ("times", "1e309"), ("times", "-1"), ("times", "99"), ("times", ""), ("hours", "17:00-14:00"),
        ("hours", "x" * 10_000), ("hours", "99:00-100:00"), ("days_of_month", "0"), ("days_of_month", "32, 8"),
        ("priority", "9" * 40), ("priority", "1.5"), ("cap_points", "0"), ("cap_points", "9" * 30), ("stores", ["nowhere"]),
        ("tiers", ["emperor"]), ("weekdays", ["7"]), ("kind", "gift"), ("effect", "\x00"), ("name", "x" * 81),
        ("name", " \u200b "), ("categories", "y" * 41), ("group", "z" * 41), ("min_net", "-5"),
        ("birthday_days", "32"), ("starts_at", "yesterday"), ("effective_at", "2020-01-01T00:00"), ("reason", ""),
        ("programme_cap_per", "purchase"), ("starts_at", "0001-01-01T00:00"), ("effective_at", "9999-12-31T23:59"),
    ],
)  # fmt: skip
def test_what_no_rule_may_say_is_an_error_on_its_field_and_nothing_is_lost(
    at_desk: Client, field: str, value: Any
) -> None:
    answer = at_desk.post(NEW, TUESDAYS | {field: value})
    assert answer.status_code == 422, text(answer)[:500]
    assert "field-error" in text(answer) or "errorlist" in text(answer)
    assert "It is empty then." in text(answer) or field == "reason"
    assert not EarnRule.objects.exists()
    assert not Approval.objects.exists()


def test_a_revision_begins_with_what_the_rule_says_and_a_second_request_is_refused_on_the_form(
    at_desk: Client, wine: EarnRule
) -> None:
    path = f"{LIST}{wine.pk}/revise/"
    assert 'value="wine"' in text(at_desk.get(path))
    sent = {
        "kind": "purchase", "effect": "multiply", "times": "3", "categories": "wine", "priority": "100", "cap_per": "month",
        "programme_cap_per": "month", "reason": "More.",
    }  # fmt: skip
    assert at_desk.post(path, sent | {"times": "2"}).status_code == 422
    assert at_desk.post(path, sent).status_code == 302
    again = at_desk.post(path, sent | {"times": "4"})
    assert again.status_code == 422
    assert 'value="4"' in text(again)
    page = text(at_desk.get(f"{LIST}{wine.pk}/change/"))
    assert "Triple points on wine" in page
    assert "Revise" not in page


def test_a_rule_ends_by_agreement_too_and_its_history_says_who_and_when(
    at_desk: Client, wine: EarnRule, director: User
) -> None:
    assert at_desk.post(f"{LIST}{wine.pk}/end/", {"reason": ""}).status_code == 422
    assert at_desk.post(f"{LIST}{wine.pk}/end/", {"reason": "Enough wine."}).status_code == 302
    asked = Approval.objects.get(state="pending")
    assert "The rule ends." in text(at_desk.get(reverse("admin:core_approval_change", args=[asked.pk])))
    approvals.approve(asked, by=director)
    page = text(at_desk.get(f"{LIST}{wine.pk}/change/"))
    assert "ended" in page
    assert "asked by Ye Qing, approved by Fang Wei" in page
    assert at_desk.get(f"{LIST}{wine.pk}/revise/").status_code == 200


def test_a_planned_change_is_told_beside_what_holds_now(
    at_desk: Client, wine: EarnRule, planner: User, director: User
) -> None:
    later = clock.now() + dt.timedelta(days=3)
    asked = earn_rules.propose(
        wine, {"effect": "multiply", "bps": 30_000}, effective_at=later, reason="more", author=planner
    )
    approvals.approve(asked, by=director)
    listed = text(at_desk.get(LIST))
    assert "Double points on wine" in listed
    assert "Triple points" in listed


def test_the_page_shows_which_rules_take_turns(at_desk: Client, planner: User, director: User) -> None:
    for code, priority in (("second", 20), ("first", 10)):
        rule = EarnRule.objects.create(code=code, name=f"The {code}")
        agree(
            rule, {"effect": "multiply", "bps": 20_000, "group": "promotion", "priority": priority}, planner, director
        )
    page = text(at_desk.get(f"{LIST}{EarnRule.objects.get(code='first').pk}/change/"))
    turns = page[page.index("asked in this order") :]
    assert turns.index("The first") < turns.index("The second")


def test_an_unknown_rule_is_not_there(at_desk: Client) -> None:
    for path in (
        f"{LIST}999/change/",
        f"{LIST}999/revise/",
        f"{LIST}999/end/",
        f"{LIST}{'9' * 40}/change/",
        f"{LIST}x/change/",
    ):
        assert at_desk.get(path).status_code == 404
    assert at_desk.get(f"{TRY}?approval={'9' * 30}").status_code == 404


def test_two_rules_of_one_name_have_codes_of_their_own_and_never_one_of_the_house(
    planner: User, director: User
) -> None:
    codes = []
    for name in ("Birthday", "生日", "生日", "Birthday"):
        definition = {"effect": "bonus", "points": 5}
        asked = earn_rules.begin(
            earn_rules.Naming(name), definition, effective_at=clock.now(), reason="agreed", author=planner
        )
        codes.append(earn_rules.of(asked).code)
    assert codes == ["birthday-2", "rule", "rule-2", "birthday-3"]


# The dry run


TRIED: dict[str, Any] = {
    "tier": "gold", "kind": "purchase", "at": "2026-11-24T15:00", "store": "NJ1", "amount_1": "100", "category_1": "wine",
}  # fmt: skip


def nothing_written() -> bool:
    return not any(model.objects.exists() for model in (PointTransaction, EarnCounter, EarnBudget, EarnOccasion))


def test_an_invented_member_is_tried_by_every_rule_and_each_condition_says_what_was_found(
    at_desk: Client, wine: EarnRule
) -> None:
    page = at_desk.post(TRY, TRIED)
    assert page.context["run"].award.points == 300
    assert [row["name"] for row in page.context["used"]] == ["Base rate", "Tier", "Double on wine"]
    missed = at_desk.post(TRY, TRIED | {"category_1": "food"})
    assert missed.context["run"].award.points == 150
    row = next(row for row in missed.context["unmet"] if row["name"] == "Double on wine")
    assert [(one["label"], one["met"], one["found"]) for one in row["answers"]] == [
        ("Occasion", True, "a purchase"), ("Goods", False, "0 lines"),
    ]  # fmt: skip
    assert nothing_written()


def test_a_draft_is_tried_as_it_stands_in_the_form_and_as_it_waits_for_approval(
    at_desk: Client, wine: EarnRule
) -> None:
    drafted = at_desk.post(TRY, TUESDAYS)
    assert "Double points on Tuesdays" in text(drafted)
    assert at_desk.post(TRY, TUESDAYS | TRIED).context["run"].award.points == 600
    at_desk.post(NEW, TUESDAYS)
    asked = Approval.objects.get(state="pending")
    page = at_desk.post(f"{TRY}?approval={asked.pk}", TRIED)
    assert page.context["run"].award.points == 600
    assert [row["is_draft"] for row in page.context["used"]] == [True, False, False, False]


def test_a_draft_of_a_known_rule_stands_in_for_it(at_desk: Client, wine: EarnRule) -> None:
    sent = {"kind": "purchase", "effect": "multiply", "times": "3", "priority": "100", "cap_per": "month",
            "programme_cap_per": "month", "subject": str(wine.pk)}  # fmt: skip
    assert at_desk.post(TRY, sent | TRIED).context["run"].award.points == 450


def test_a_real_member_is_tried_with_her_own_tier_masked_and_on_record(
    at_desk: Client, wine: EarnRule, wanqing: Member
) -> None:
    for who in ("1000000008", "138 1234 0001"):
        page = at_desk.post(TRY, TRIED | {"member": who, "tier": "platinum"})
        assert page.context["run"].award.points == 200
        assert "林婉清" not in text(page)
        assert "1000000008" in text(page)
    assert AuditRecord.objects.filter(action="loyalty.earnrule.try", member_id=wanqing.pk).count() == 2
    assert nothing_written()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("member", "0000"), ("member", "x" * 10_000), ("member", "\x00"), ("member", "13999999999"), ("at", ""),
        ("at", "0001-01-01T00:00"), ("at", "9999-12-31T23:59"), ("amount_1", "1e309"), ("amount_1", "-1"),
        ("amount_1", "9" * 19), ("units_1", "0"), ("units_1", "9" * 30), ("kind", "gift"), ("store", "nowhere"),
        ("birth", "9999-12-31"), ("birth", "x"), ("earned_today", "-1"), ("category_1", "c" * 41), ("tier", "emperor"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_an_error_on_its_field(at_desk: Client, field: str, value: str) -> None:
    answer = at_desk.post(TRY, TRIED | {field: value})
    assert answer.status_code == 422
    assert "field-error" in text(answer)


def test_the_dry_run_and_the_list_ask_as_often_for_thirty_rules_as_for_three(
    at_desk: Client, wanqing: Member, planner: User, director: User
) -> None:
    def asked() -> list[int]:
        counts = []
        for call in (lambda: at_desk.get(LIST), lambda: at_desk.post(TRY, TRIED | {"member": wanqing.number})):
            with CaptureQueriesContext(connection) as seen:
                call()
            counts.append(len(seen))
        return counts

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            rule = EarnRule.objects.create(code=f"r{number}", name=f"Rule {number}")
            more = {"cap_points": 5, "cap_per": "month", "programme_cap_points": 9, "programme_cap_per": "year"}
            agree(rule, {"effect": "bonus", "points": number + 1} | more, planner, director)

    grow(0, 3)
    asked()
    few = asked()
    grow(3, 30)
    assert asked() == few


# Occasions


def test_an_event_is_noted_for_a_member_once(at_desk: Client, wanqing: Member, planner: User, director: User) -> None:
    path = "/admin/loyalty/earnoccasion/add/"
    assert "No rule in force" in text(at_desk.get(path))
    rule = EarnRule.objects.create(code="tasting", name="Tasting")
    agree(rule, {"kind": "event", "effect": "bonus", "points": 80, "when_codes": ["tasting"]}, planner, director)
    sent = {"member": wanqing.number, "what": "event:tasting"}
    for _ in range(2):
        assert "Noted: 80 points." in text(at_desk.post(path, sent, follow=True))
    assert PointTransaction.objects.get().points == 80
    for wrong in ({"what": "event:other"}, {"what": ""}, {"member": "1"}, {"what": "\x00"}):
        assert at_desk.post(path, sent | wrong).status_code == 422


def test_who_only_looks_neither_asks_nor_tries(client: Client, auditor: User, wine: EarnRule) -> None:
    client.force_login(auditor)
    assert client.get(LIST).status_code == 200
    for path in (NEW, TRY, f"{LIST}{wine.pk}/revise/", f"{LIST}{wine.pk}/end/", "/admin/loyalty/earnoccasion/add/"):
        assert client.get(path).status_code == 403
