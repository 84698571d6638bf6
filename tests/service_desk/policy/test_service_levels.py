"""How long a case may take: the table of the policy (SVC-03), times tier (LOY-15) and severity."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import parameter_values
from core.rules import RuleBroken
from service_desk.policy.parameters import Escalation, ServiceLevel, ServiceLevelParameters
from service_desk.policy.service_levels import Targets, chain, level_of, targets

DEFAULT = ServiceLevelParameters()


def promised(kind: str, *, severity: str = "normal", complexity: str = "simple", tier: str = "normal") -> Targets:
    return targets(kind, severity=severity, complexity=complexity, tier=tier, parameters=DEFAULT)


@pytest.mark.parametrize(
    ("kind", "complexity", "tier", "expected"),
    [
        ("enquiry", "simple", "normal", (0, 240, 240, 1_440)),
        ("enquiry", "simple", "silver", (0, 180, 180, 1_080)),
        ("enquiry", "simple", "gold", (0, 120, 120, 720)),
        ("enquiry", "complex", "platinum", (0, 60, 60, 360)),
        ("complaint", "simple", "", (15, 120, 120, 1_440)),
        ("complaint", "complex", "normal", (15, 120, 120, 4_320)),
        ("complaint", "complex", "platinum", (4, 30, 30, 1_080)),
    ],
)
def test_the_table_of_the_policy(kind: str, complexity: str, tier: str, expected: tuple[int, ...]) -> None:
    assert promised(kind, complexity=complexity, tier=tier) == Targets(*expected)


def test_grave_matters_are_promised_sooner() -> None:
    assert promised("enquiry", severity="critical") == Targets(0, 60, 60, 360)


def test_a_kind_that_the_table_does_not_name_is_promised_nothing() -> None:
    assert promised("gossip") == Targets()


def test_the_row_of_the_complexity_goes_before_the_general_one() -> None:
    rows = (ServiceLevel("request", "", 0, 1, 1, 1), ServiceLevel("request", "complex", 0, 9, 9, 9))
    parameters = ServiceLevelParameters(levels=rows)
    assert targets("request", severity="normal", complexity="complex", tier="", parameters=parameters).resolution == 9
    assert targets("request", severity="normal", complexity="simple", tier="", parameters=parameters).resolution == 1


@given(st.sampled_from(["enquiry", "complaint", "praise"]), st.sampled_from(["low", "normal", "high", "critical"]))
def test_a_higher_tier_never_waits_longer(kind: str, severity: str) -> None:
    by_tier = [promised(kind, severity=severity, tier=tier) for tier in ("platinum", "gold", "silver", "normal")]
    for sooner, later in pairwise(by_tier):
        assert sooner.first_response <= later.first_response
        assert sooner.resolution <= later.resolution


def test_targets_survive_being_written_down() -> None:
    assert Targets.from_json(Targets(15, 120, 60, 1_440).as_json()) == Targets(15, 120, 60, 1_440)


def test_the_chain_is_walked_from_the_earliest_step() -> None:
    told = ServiceLevelParameters(chain=(Escalation(15_000, "director"), Escalation(8_000, "owner")))
    assert [step.to for step in chain(told)] == ["owner", "director"]
    assert level_of(chain(told)[:1]) == 1
    assert level_of(chain(told)) == 3
    assert level_of([]) == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"chain": [{"to": "mayor"}]}, "escalation_to_nobody"),
        ({"levels": [{"kind": "gossip"}]}, "classification_unknown"),
        ({"levels": [{"kind": "praise", "complexity": "hard"}]}, "classification_unknown"),
        ({"severities": [{"severity": "fatal"}]}, "classification_unknown"),
    ],
)
def test_what_names_nobody_and_nothing_is_refused_when_it_is_proposed(values: dict[str, object], code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        parameter_values.from_json(ServiceLevelParameters, values)
    assert refusal.value.code == code
