"""SVC-02, LOY-15 · A6.2.2, B8.3 — who gets a case, and in which order cases are worked on."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Agent:
    """A colleague on duty: what he can do, how many cases he has and how many he can have at once."""

    pk: int
    skills: frozenset[int]
    languages: frozenset[str]
    load: int
    capacity: int

    @property
    def fullness(self) -> Fraction:
        return Fraction(self.load, self.capacity)


def choose(agents: Iterable[Agent], *, skill: int | None, language: str, adviser: int | None = None) -> int | None:
    """SVC-02, LOY-15 · A6.2.2, C7.2 — the member's own adviser if he is on duty and has room; else, of those with the skill
    and the language and room for another, the one with the least load for his capacity, and of equals the first.

    None when nobody fits: the case waits in the queue of its department.
    """
    fit = [one for one in agents if one.load < one.capacity]
    if any(one.pk == adviser for one in fit):
        return adviser
    fit = [one for one in fit if (skill is None or skill in one.skills) and speaks(one, language)]
    best = min(fit, key=lambda one: (one.fullness, one.load, one.pk), default=None)
    return best.pk if best else None


def speaks(agent: Agent, language: str) -> bool:
    """SVC-02 · A6.2.2 — both writings of Chinese are one language when spoken; who names no language speaks every one."""
    if not language or not agent.languages:
        return True
    return language.partition("-")[0] in {one.partition("-")[0] for one in agent.languages}


def rank(tier: str, ladder: Iterable[str]) -> int:
    """LOY-15 · B8.3 — the place of a tier in the queue: the higher the tier, the higher; 0 for nobody's tier."""
    return next((place for place, code in enumerate(ladder) if code == tier), 0)
