"""SVC-15 · D6.4 — what an article may say: its wordings and terms, and what is wrong with them."""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from core.rules import RuleBroken
from service_desk.knowledge.policy import markup

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_BODY, LONGEST_KEYWORDS = 120, 240, 20_000, 300
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TAKEN = frozenset({"search", "suggest", "topics", "answers", "rate"})
"""Addresses below `/help/` that are pages of their own."""


@dataclass(frozen=True)
class Wording:
    """What an article says in one language."""

    title: str
    body: str
    summary: str = ""
    keywords: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that is decided with a version. `category` and `related` are keys, `pins` codes of places."""

    audience: str
    category: int
    wordings: Mapping[str, Wording]
    is_question: bool = False
    position: int = 50
    pins: tuple[str, ...] = ()
    related: tuple[int, ...] = ()
    valid_from_on: dt.date | None = None
    valid_until_on: dt.date | None = None
    note: str = ""


def check_slug(slug: str) -> None:
    """SVC-15 · D6.4 — refuses an address that is none, or that leads elsewhere already."""
    if not SLUG.fullmatch(slug) or len(slug) > 60:
        raise RuleBroken("article_address_malformed")
    if slug in TAKEN:
        raise RuleBroken("article_address_taken")


def check(content: Content, *, places: Collection[str], figure: markup.Figure, today: dt.date) -> None:
    """SVC-15 · D6.4 — refuses what no reader could use: no wording, a dead figure, a link that leaves the site."""
    if not content.wordings:
        raise RuleBroken("article_without_words")
    for wording in content.wordings.values():
        if not wording.title.strip() or not wording.body.strip():
            raise RuleBroken("article_half_worded")
    if unknown := sorted(set(content.pins) - set(places)):
        raise RuleBroken("article_pinned_nowhere", place=unknown[0])
    for code, what in faults(content, figure=figure):
        raise RuleBroken(code, what=what)
    begins, ends = content.valid_from_on, content.valid_until_on
    if ends is not None and ends < max(begins or today, today):
        raise RuleBroken("article_ends_before_it_begins")


def faults(content: Content, *, figure: markup.Figure) -> Iterator[tuple[str, str]]:
    for wording in content.wordings.values():
        yield from markup.faults(wording.body, figure=figure)


def needs_two(audiences: Collection[str]) -> bool:
    """SVC-15 · D6.4 — whether a second person decides: for what members or everybody read, or have read until now."""
    return any(audience != "agents" for audience in audiences)
