"""SVC-03, LOY-15 · D4.3.2, B8.3 — how many business minutes are promised to a case, and who is told when they run out."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from service_desk.policy.codes import Promise
from service_desk.policy.parameters import TOLD as TOLD
from service_desk.policy.parameters import Escalation, ServiceLevelParameters

WHOLE = 10_000


@dataclass(frozen=True)
class Targets:
    """Business minutes promised to a case; 0 where nothing is promised."""

    acknowledge: int = 0
    first_response: int = 0
    next_response: int = 0
    resolution: int = 0

    def of(self, promise: Promise) -> int:
        found: int = getattr(self, promise.replace("-", "_"))
        return found

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, int]) -> "Targets":
        return cls(**{name: int(value) for name, value in values.items()})


def targets(kind: str, *, severity: str, complexity: str, tier: str, parameters: ServiceLevelParameters) -> Targets:
    """SVC-03, LOY-15 · D4.3.2, B8.3 — the level of the kind (its complexity's own row first) times tier and severity.

    Rounded up to the minute. A kind that the table does not name is promised nothing.
    """
    rows = [row for row in parameters.levels if row.kind == kind and row.complexity in {complexity, ""}]
    row = max(rows, key=lambda row: bool(row.complexity), default=None)
    if row is None:
        return Targets()
    tiers = {one.tier: one.factor_bps for one in parameters.tiers}
    severities = {one.severity: one.factor_bps for one in parameters.severities}
    factor = tiers.get(tier, WHOLE) * severities.get(severity, WHOLE)
    plain = (row.acknowledge, row.first_response, row.next_response, row.resolution)
    return Targets(*(-(-minutes * factor // (WHOLE * WHOLE)) for minutes in plain))


def chain(parameters: ServiceLevelParameters) -> tuple[Escalation, ...]:
    """SVC-03 · D4.3.2 — the steps of escalation, the earliest first."""
    return tuple(sorted(parameters.chain, key=lambda step: (step.share_bps, TOLD.index(step.to))))


def level_of(steps: Iterable[Escalation]) -> int:
    """SVC-03 · D4.3.2 — how high a case has been carried: 0 nobody, 1 its owner, 2 the lead, 3 the director."""
    return max((TOLD.index(step.to) + 1 for step in steps), default=0)
