"""The role map against the code (SEC-01): no right without a role, no line of the map without a right, least privilege."""

from fnmatch import fnmatchcase

import pytest

from config.roles import ROLES
from tests import rights

DECIDING = {
    "cards.decide_launch": {"operations_director"},
    "cards.decide_pricing": {"finance"},
    "cards.decide_refund": {"finance", "operations_director"},
    "core.decide_parameter": {"operations_director"},
    "loyalty.decide_benefit": {"operations_director"},
    "loyalty.decide_earnrule": {"operations_director"},
    "loyalty.decide_tierhold": {"operations_director"},
    "loyalty.decide_adjustment": {"finance", "operations_director"},
    "service_desk.decide_compensation": {"operations_director", "service_lead"},
    "service_desk.decide_large_compensation": {"operations_director"},
    "service_desk.decide_survey": {"operations_director"},
    "service_desk.decide_announcement": {"operations_director"},
    "service_desk.decide_article": {"operations_director"},
    "people.decide_performance": {"operations_director"},
    "quality.decide_scoresheet": {"operations_director"},
    "service_desk.decide_emergencyplan": {"operations_director"},
    "service_desk.decide_telling": {"operations_director", "service_lead"},
    "service_desk.decide_incidentreview": {"operations_director", "service_lead"},
}
"""Who may be the second person."""
ASKING = {"cards.change_product", "cards.propose_price", "core.propose_parameter", "cards.refund_payment"}
ASKING |= {"loyalty.propose_benefit", "service_desk.propose_survey", "service_desk.propose_article"}
ASKING |= {"service_desk.propose_announcement", "people.propose_performance", "people.propose_target"}
ASKING |= {"quality.manage_review"}
ASKING |= {"service_desk.propose_emergencyplan", "service_desk.tell_incident"}


@pytest.fixture(scope="module")
def asked() -> dict[str, str]:
    return rights.asked()


def holders(right: str) -> set[str]:
    return {code for code, role in ROLES.items() if role.allows(right)}


def test_the_scan_finds_what_it_should(asked) -> None:
    for right in ("counter.sell", "cards.launch_product", "cards.reconcile_payment", "core.change_user",
                  "core.reveal_personal_data", "cards.decide_pricing", "grant.clerk", "risk.add_hold"):  # fmt: skip
        assert right in asked
    assert len(asked) > 60


def test_somebody_carries_every_right_that_the_code_asks_for(asked) -> None:
    nobodys = {right: where for right, where in asked.items() if not holders(right)}
    assert not nobodys, f"no role of config/roles.py carries {nobodys}"


@pytest.mark.parametrize("role", ROLES)
def test_each_line_of_the_map_grants_a_right_that_exists(asked, role: str) -> None:
    dead = [pattern for pattern in ROLES[role].rights if not any(fnmatchcase(right, pattern) for right in asked)]
    assert not dead


def test_deciding_is_where_the_policy_puts_it(asked) -> None:
    assert {right: holders(right) for right in asked if ".decide_" in right} == DECIDING


def test_few_roles_both_ask_and_decide(asked) -> None:
    """Finance asks for refunds and decides other people's; the lead of service proposes hours and decides what agents may
    not give alone. Who asked is never who decides (four eyes)."""
    both = {code for code in ROLES if any(map(ROLES[code].allows, ASKING)) and any(map(ROLES[code].allows, DECIDING))}
    assert both == {"finance", "service_lead"}


def test_personal_data_is_opened_where_the_work_needs_it() -> None:
    """Of what somebody may look at at all: an administrator sees accounts, finance orders, service members."""
    assert holders("core.reveal_personal_data") == {"administrator", "finance", "member_service"}
    assert not ROLES["administrator"].allows("members.view_member")


def test_an_auditor_reads_everything_and_changes_nothing(asked) -> None:
    auditor = ROLES["auditor"]
    granted = {right for right in asked if auditor.allows(right)}
    assert granted == {right for right in asked if ".view_" in right}
    assert auditor.allows("core.view_auditrecord")


def test_a_clerk_has_the_counter_of_a_store_and_nothing_else(asked) -> None:
    clerk = ROLES["clerk"]
    assert not clerk.everywhere
    assert {right for right in asked if clerk.allows(right)} == {
        right for right in asked if right.startswith("counter.")
    }


def test_only_an_administrator_makes_administrators() -> None:
    assert holders("grant.administrator") == {"administrator"}
    assert holders("grant.clerk") == {"administrator", "store_manager"}
    assert holders("core.change_user") == {"administrator"}


def test_an_administrator_has_no_part_in_the_business(asked) -> None:
    administrator = ROLES["administrator"]
    business = {
        right for right in asked if administrator.allows(right) and right.split(".")[0] not in {"core", "grant"}
    }
    assert not business
    assert not administrator.allows("core.propose_parameter")
