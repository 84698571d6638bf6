import json
from dataclasses import dataclass, fields, replace

import pytest

from cards.policy import parameters as cards
from core import parameter_values
from core.parameter_values import ParameterRefused, parameter
from members.policy import parameters as members

AREAS = (*members.AREAS, *cards.AREAS)


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.AREA)
def test_every_parameter_survives_json_and_names_its_unit_and_clause(area):
    default = area()
    assert parameter_values.from_json(area, json.loads(json.dumps(parameter_values.to_json(default)))) == default
    assert all(f.metadata["unit"] and f.metadata["clause"] for f in fields(area))


def test_no_two_areas_share_a_name():
    assert len({area.AREA for area in AREAS}) == len(AREAS)


def test_a_changed_value_survives_json():
    changed = replace(cards.RenewalParameters(), multi_year=(cards.MultiYear(5, 3_000),), remind_before=(10,))
    assert parameter_values.from_json(cards.RenewalParameters, parameter_values.to_json(changed)) == changed


def test_a_revision_that_knows_fewer_parameters_leaves_the_others_at_their_default():
    assert parameter_values.from_json(cards.TermParameters, {}) == cards.TermParameters()


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"grace": 3}, "parameter_unknown", "grace"),
        ({"grace_days": "15"}, "parameter_wrong_type", "grace_days"),
        ({"grace_days": True}, "parameter_wrong_type", "grace_days"),
        ({"grace_days": 15.0}, "parameter_wrong_type", "grace_days"),
        ({"grace_days": float("nan")}, "parameter_wrong_type", "grace_days"),
        ({"grace_days": -1}, "parameter_out_of_range", "grace_days"),
        ({"early_bird_bps": 10_001}, "parameter_out_of_range", "early_bird_bps"),
        ({"remind_before": 30}, "parameter_wrong_type", "remind_before"),
        ({"remind_before": [30, "7"]}, "parameter_wrong_type", "remind_before.1"),
        ({"multi_year": [{"years": 2, "discount_bps": 99_999}]}, "parameter_out_of_range", "multi_year.0.discount_bps"),
        ({"multi_year": [{"year": 2}]}, "parameter_unknown", "multi_year.0.year"),
        ({"multi_year": [2]}, "parameter_wrong_type", "multi_year.0"),
    ],
)
def test_a_bad_value_is_refused_by_name(values, code, field):
    with pytest.raises(ParameterRefused, match=f"^{code}$") as refused:
        parameter_values.from_json(cards.RenewalParameters, values)
    assert refused.value.params["field"] == field


def test_a_parameter_may_be_absent_only_where_it_has_a_default_or_may_be_none():
    @dataclass(frozen=True)
    class Area:
        needed: int
        perhaps: int | None = parameter(None, unit="days", clause="CARD-01")

    assert parameter_values.from_json(Area, {"needed": 1, "perhaps": None}) == Area(1)
    assert parameter_values.from_json(Area, {"needed": 1, "perhaps": 2}) == Area(1, 2)
    with pytest.raises(ParameterRefused, match="parameter_missing"):
        parameter_values.from_json(Area, {})
    with pytest.raises(ParameterRefused, match="parameter_wrong_type"):
        parameter_values.from_json(Area, {"needed": None})
