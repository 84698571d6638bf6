import dataclasses

import pytest

from loyalty.policy import evaluation
from loyalty.policy.benefit_parameters import EvaluationParameters
from loyalty.policy.evaluation import Advice, Figures

RULES = EvaluationParameters()
GOOD = Figures(uses=40, reached=20, eligible=100, value_minor=10_000, cost_minor=3_000, months=12)


def suggested(**changes) -> tuple[str, str]:
    said = evaluation.suggest(dataclasses.replace(GOOD, **changes), parameters=RULES)
    return said.advice, said.because


def test_what_is_used_within_its_cost_is_kept():
    assert suggested() == (Advice.KEEP, "fine")


@pytest.mark.parametrize(
    ("changes", "advice", "because"),
    [
        ({"months": 5}, Advice.WAIT, "too_new"),
        ({"uses": 0, "reached": 0}, Advice.RETIRE, "unused"),
        ({"uses": 0, "reached": 0, "eligible": 0}, Advice.CHANGE, "nobody_can"),
        ({"reached": 4}, Advice.CHANGE, "little_reach"),
        ({"cost_minor": 6_001}, Advice.CHANGE, "dear"),
        ({"reserved": 8, "missed": 3}, Advice.CHANGE, "missed"),
    ],
)
def test_each_reason_has_its_figure(changes, advice, because):
    assert suggested(**changes) == (advice, because)


@pytest.mark.parametrize(
    "changes", [{"months": 6}, {"reached": 5}, {"cost_minor": 6_000}, {"reserved": 8, "missed": 2}]
)
def test_at_the_threshold_a_benefit_is_kept(changes):
    assert suggested(**changes) == (Advice.KEEP, "fine")
