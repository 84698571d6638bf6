"""SVC-08 · D7.1 — a course is done when all of its steps are; one step opens the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """SVC-08 · D7.1 — to read, to attend, to be examined on, to show in practice."""

    READ = "read"
    CLASS = "class"
    QUIZ = "quiz"
    CHECK = "check"


class StepState(StrEnum):
    """SVC-08 · D7.1 — where somebody stands with a step."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True)
class Standing:
    """SVC-08 · D7.1 — the state of each step by its id, and how many are done."""

    states: dict[int, StepState]

    @property
    def done(self) -> int:
        return sum(state is StepState.DONE for state in self.states.values())

    @property
    def is_complete(self) -> bool:
        return bool(self.states) and self.done == len(self.states)

    @property
    def now(self) -> int | None:
        return next((step for step, state in self.states.items() if state is StepState.NOW), None)


def standing(steps: Sequence[int], done: Collection[int]) -> Standing:
    """SVC-08 · D7.1 — the first step that is not done is the one to do now; those behind it wait. A step that was done
    out of turn (a class that came first) stays done."""
    states: dict[int, StepState] = {}
    is_open = True
    for step in steps:
        if step in done:
            states[step] = StepState.DONE
        else:
            states[step] = StepState.NOW if is_open else StepState.NEXT
            is_open = False
    return Standing(states)
