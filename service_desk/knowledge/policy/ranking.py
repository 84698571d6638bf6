"""SVC-15 · D6.4 — which answers come first: title over keywords over summary over body, rare words over common ones."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service_desk.knowledge.policy import words

TITLE, KEYWORDS, SUMMARY, BODY = 12, 8, 4, 1
ENOUGH = 1 / 3
"""The share of what was asked that an answer must meet, rare words weighing more."""


@dataclass(frozen=True)
class Hit:
    """A term of the question that stands in a document, and how prominently."""

    document: int
    term: str
    weight: int


def weights(*, title: str, keywords: str, summary: str, body: str) -> dict[str, int]:
    """SVC-15 · D6.4 — the terms of a wording, each with the weight of the places in which it stands."""
    found: dict[str, int] = defaultdict(int)
    parts = ((title, TITLE), (keywords, KEYWORDS), (summary, SUMMARY), (body, BODY))
    for text, weight in parts:
        for term in words.terms(text):
            found[term] += weight
    for text, weight in parts[:2]:
        for term in words.beginnings(text):
            found[term] = max(found[term], weight)
    return dict(found)


def merged(wordings: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """One index for all languages of a document: a term weighs what it weighs in the language where it weighs most."""
    found: dict[str, int] = {}
    for wording in wordings:
        for term, weight in wording.items():
            found[term] = max(found.get(term, 0), weight)
    return found


def rarity(documents: int) -> float:
    """How much a term says that stands in so many documents: 1 where it stands nowhere, ever less."""
    return 1 / (1 + math.log2(1 + documents))


def ranked(question: words.Question, hits: Iterable[Hit], *, documents: Mapping[str, int]) -> list[int]:
    """SVC-15 · D6.4 — the documents that answer enough of a question, the best first; of equals the older one.

    `documents` tells of each term in how many documents it stands. Of an unfinished word one reading is enough.
    """
    place_of = {term: place for place, terms in enumerate(question.places) for term in terms}
    rare = [min(rarity(documents.get(term, 0)) for term in terms) for terms in question.places]
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for hit in hits:
        if (place := place_of.get(hit.term)) is not None:
            met = found[hit.document]
            met[place] = max(met.get(place, 0), hit.weight)
    asked = sum(rare)
    scores = {}
    for document, places in found.items():
        share = sum(rare[place] for place in places) / asked
        if share >= ENOUGH - 1e-9:
            scores[document] = share * sum(rare[place] * weight for place, weight in places.items())
    return sorted(scores, key=lambda one: (-scores[one], one))
