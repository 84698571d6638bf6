"""MEM-11 · D9.4, D7 — whom an announcement concerns, and what may be told for which purpose."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from core.rules import RuleBroken


class Kind(StrEnum):
    NOTICE = "notice"
    POLICY = "policy"
    NEW = "new"


class Audience(StrEnum):
    MEMBERS = "members"
    TIERS = "tiers"
    HOLDERS = "holders"
    STORE_STAFF = "store-staff"
    STAFF = "staff"


OF_THE_HOUSE = frozenset({Audience.STORE_STAFF, Audience.STAFF})
SERVICE, MARKETING = "service", "marketing"


@dataclass(frozen=True)
class Reader:
    """Whoever may be concerned: a member with tier and the products of her cards in use, or a colleague."""

    is_member: bool = False
    tier: str = ""
    products: frozenset[int] = frozenset()
    is_staff: bool = False
    at_a_store: bool = False


def concerns(
    reader: Reader, *, audience: Audience, tiers: Collection[str] = (), products: Collection[int] = ()
) -> bool:
    """MEM-11 · D9.4 — whether an announcement is for this reader."""
    match audience:
        case Audience.MEMBERS:
            return reader.is_member
        case Audience.TIERS:
            return reader.is_member and reader.tier in tiers
        case Audience.HOLDERS:
            return reader.is_member and not reader.products.isdisjoint(products)
        case Audience.STORE_STAFF:
            return reader.is_staff and reader.at_a_store
        case Audience.STAFF:
            return reader.is_staff


def check(
    *, kind: Kind, audience: Audience, tiers: Collection[str], products: Collection[int], purpose: str, has_text: bool,
    starts_at: dt.datetime, ends_at: dt.datetime | None,
) -> None:  # fmt: skip
    """MEM-11 · D9.4 — refuses what no announcement may be.

    What is new may be told by message as an offer only, which needs consent; that a policy changes is owed to everybody
    it concerns, and names the text that changes.
    """
    if audience is Audience.TIERS and not tiers:
        raise RuleBroken("news_for_no_tier")
    if audience is Audience.HOLDERS and not products:
        raise RuleBroken("news_for_no_product")
    if kind is Kind.POLICY and not has_text:
        raise RuleBroken("policy_change_names_its_text")
    if kind is Kind.NEW and purpose == SERVICE and audience not in OF_THE_HOUSE:
        raise RuleBroken("what_is_new_is_an_offer")
    if kind is Kind.POLICY and purpose != SERVICE:
        raise RuleBroken("policy_change_is_owed")
    if audience in OF_THE_HOUSE and purpose != SERVICE:
        raise RuleBroken("colleagues_are_told_as_service")
    if ends_at is not None and ends_at <= starts_at:
        raise RuleBroken("news_ends_before_it_begins")
