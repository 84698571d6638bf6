"""SVC-04 · D6.2 — what was found of a complaint, how far it has come, and what must be there before it is closed."""

from enum import StrEnum

from core.rules import RuleBroken
from service_desk.policy.states import State


class Finding(StrEnum):
    """SVC-04 · D6.2.3 — what the investigation found of what the member says."""

    JUSTIFIED = "justified"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"


class Step(StrEnum):
    """SVC-04 · D6.2.3 — by what something was found out."""

    CONTACT = "contact"
    RECORDS = "records"
    INTERVIEW = "interview"
    SITE = "site"
    TEST = "test"
    OTHER = "other"


class Stage(StrEnum):
    """SVC-04 · D6.2 — how far a complaint has come: received, looked into, found, answered, closed."""

    RECEIVED = "received"
    INVESTIGATED = "investigated"
    FOUND = "found"
    ANSWERED = "answered"
    CLOSED = "closed"


def stage(state: str, *, has_steps: bool, has_finding: bool) -> Stage:
    """SVC-04 · D6.2 — the stage of a complaint; one that was reopened goes back to what is known of it."""
    if state == State.CLOSED:
        return Stage.CLOSED
    if state == State.RESOLVED:
        return Stage.ANSWERED
    if has_finding:
        return Stage.FOUND
    return Stage.INVESTIGATED if has_steps else Stage.RECEIVED


def check_closing(*, has_finding: bool, has_cause: bool, waits: bool) -> None:
    """SVC-04, SVC-05 · D6.2, D6.3 — a complaint is closed with what was found and why it came about, nothing undecided.

    Refuses `finding_missing`, `cause_missing`, `compensation_waits`.
    """
    if not has_finding:
        raise RuleBroken("finding_missing")
    if not has_cause:
        raise RuleBroken("cause_missing")
    if waits:
        raise RuleBroken("compensation_waits")
