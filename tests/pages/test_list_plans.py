"""On PostgreSQL no list of a big table is read, or counted, from one end to the other."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import access
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
BIG = (
    "members.member", "members.consent", "members.acceptance", "members.identitydocument", "members.household", "core.user",
    "core.message", "core.auditrecord", "cards.card", "cards.cardnumber", "cards.order", "cards.payment", "cards.refund",
    "cards.gatewayevent", "cards.activation", "cards.benefituse", "cards.cardreminder", "cards.renewalmandate",
    "cards.activationfollowup", "risk.riskevent", "members.referral", "loyalty.pointtransaction", "loyalty.pointlot",
    "loyalty.pointhold", "loyalty.purchase", "loyalty.pointadjustment", "loyalty.earnoccasion",
    "loyalty.benefitreservation", "loyalty.benefitredemption", "loyalty.benefitgrant", "loyalty.adviser",
    "loyalty.coupon", "loyalty.rewardorder", "loyalty.memberreference", "loyalty.purchaseimport", "loyalty.membertier",
    "loyalty.tierchange", "loyalty.tierhold", "service_desk.case", "service_desk.complaint",
    "service_desk.compensation", "service_desk.surveyresponse", "service_desk.surveyanswer", "service_desk.vainsearch",
    "service_desk.announcement", "service_desk.task", "service_desk.casereview", "service_desk.qualityfinding",
    "service_desk.incident",
)  # fmt: skip
TERMS = (
    "8600000000000018",
    "+8613812340001",
    "wanqing.lin@example.com",
    "林婉清",
    "T26-000001",
    "cards.card:42",
    "1000000008",
)


@pytest.fixture
def colleague(db: None) -> Client:
    browser = Client()
    browser.force_login(factories.StaffFactory.create(roles=dict.fromkeys(access.roles())))
    return browser


@pytest.fixture
def _as_if_big() -> None:
    """An empty table would be read whole: the planner is told to take an index where there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.parametrize("label", BIG)
@pytest.mark.usefixtures("_as_if_big")
def test_a_big_list_and_its_search_go_by_indexes(label: str, colleague: Client) -> None:
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    model: Any = next(model for model in admin.site._registry if model._meta.label_lower == label)
    table = model._meta.db_table
    asked = [""] if not admin.site._registry[model].get_search_fields(None) else ["", *TERMS]  # type: ignore[arg-type]
    for term in asked:
        with CaptureQueriesContext(connection) as seen:
            assert colleague.get(address + (f"?q={quote(term)}" if term else "")).status_code == 200
        for query in seen.captured_queries:
            sql = query["sql"]
            if f'"{table}"' not in sql or not sql.startswith("SELECT"):
                continue
            assert "LIMIT" in sql or not ("COUNT(" in sql or sql.startswith("SELECT DISTINCT")), sql
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            limited = "LIMIT" in sql and not term
            assert limited or not re.search(rf"Seq Scan on {table}\b", plan), f"{term!r}: {sql}\n{plan}"
