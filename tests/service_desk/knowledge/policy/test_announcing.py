"""Whom an announcement concerns, and what may be told for which purpose (MEM-11)."""

import datetime as dt
from typing import Any

import pytest

from core.rules import RuleBroken
from service_desk.knowledge.policy import announcing
from service_desk.knowledge.policy.announcing import Audience, Kind, Reader

MEMBER = Reader(is_member=True, tier="gold", products=frozenset({1}))
CLERK = Reader(is_staff=True, at_a_store=True)
PLANNER = Reader(is_staff=True)
NOON = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("audience", "concerned"),
    [
        (Audience.MEMBERS, {"member"}),
        (Audience.TIERS, {"member"}),
        (Audience.HOLDERS, {"member"}),
        (Audience.STORE_STAFF, {"clerk"}),
        (Audience.STAFF, {"clerk", "planner"}),
    ],
)
def test_each_audience_has_its_readers(audience: Audience, concerned: set[str]) -> None:
    people = {"member": MEMBER, "clerk": CLERK, "planner": PLANNER, "nobody": Reader()}
    told: dict[str, Any] = {"audience": audience, "tiers": {"gold", "platinum"}, "products": {1, 2}}
    assert {name for name, reader in people.items() if announcing.concerns(reader, **told)} == concerned


def test_another_tier_and_another_card_are_not_concerned() -> None:
    assert not announcing.concerns(MEMBER, audience=Audience.TIERS, tiers={"silver"})
    assert not announcing.concerns(MEMBER, audience=Audience.HOLDERS, products={2})


def check(**changed: Any) -> None:
    usual: dict[str, Any] = {
        "kind": Kind.NOTICE, "audience": Audience.MEMBERS, "tiers": (), "products": (), "purpose": "service",
        "has_text": False, "starts_at": NOON, "ends_at": NOON + dt.timedelta(days=1),
    }  # fmt: skip
    announcing.check(**(usual | changed))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"audience": Audience.TIERS}, "news_for_no_tier"),
        ({"audience": Audience.HOLDERS}, "news_for_no_product"),
        ({"kind": Kind.POLICY}, "policy_change_names_its_text"),
        ({"kind": Kind.POLICY, "has_text": True, "purpose": "marketing"}, "policy_change_is_owed"),
        ({"kind": Kind.NEW}, "what_is_new_is_an_offer"),
        ({"audience": Audience.STAFF, "purpose": "marketing"}, "colleagues_are_told_as_service"),
        ({"ends_at": NOON}, "news_ends_before_it_begins"),
    ],
)
def test_what_no_announcement_may_be_is_refused(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check(**changed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"ends_at": None},
        {"kind": Kind.NEW, "purpose": "marketing"},
        {"kind": Kind.NEW, "audience": Audience.STAFF},
        {"kind": Kind.POLICY, "has_text": True},
        {"audience": Audience.TIERS, "tiers": ("gold",)},
        {"audience": Audience.HOLDERS, "products": (1,)},
    ],
)
def test_everything_else_may_be_announced(changed: dict[str, Any]) -> None:
    check(**changed)
