"""What must always hold, checked on a live database: `manage.py verify` (design/invariants.md).

An app states its invariants in `<app>/invariants.py`; each is a function that yields a sentence per violation.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.module_loading import autodiscover_modules

Check = Callable[[], Iterable[str]]
SHOWN = 20


@dataclass(frozen=True)
class Invariant:
    """A numbered sentence and the function that looks for where it is broken."""

    code: str
    name: str
    check: Check


@dataclass(frozen=True)
class Finding:
    """How an invariant stands: how often it is broken, and the first places."""

    invariant: Invariant
    broken: int
    examples: tuple[str, ...]


_invariants: dict[str, Invariant] = {}


def invariant(code: int | str, name: str) -> Callable[[Check], Check]:
    """Enter a check: `@verify.invariant(42, "the audit chain is whole")`."""

    def enter(check: Check) -> Check:
        if str(code) in _invariants:
            raise ValueError(f"invariant {code} is stated twice")
        _invariants[str(code)] = Invariant(str(code), name, check)
        return check

    return enter


def invariants() -> list[Invariant]:
    autodiscover_modules("invariants")
    return sorted(_invariants.values(), key=lambda one: (not one.code.isdigit(), one.code.zfill(4)))


def look(one: Invariant) -> Finding:
    broken, examples = 0, []
    for violation in one.check():
        broken += 1
        if broken <= SHOWN:
            examples.append(violation)
    return Finding(one, broken, tuple(examples))
