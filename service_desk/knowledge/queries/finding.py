"""Finding articles (SVC-15 · D6.4): by index in three statements, whatever is asked and however much there is."""

from django.db.models import Case, Count, F, FloatField, QuerySet, Sum, Value, When

from service_desk.knowledge.models import ArticleTerm
from service_desk.knowledge.policy import ranking, words
from service_desk.knowledge.queries import articles
from service_desk.knowledge.queries.articles import Head

CONSIDERED = 60
"""How many of the best are weighed exactly."""


def search(text: str, audience: str, *, language: str, limit: int = 20, typing: bool = False) -> list[Head]:
    """The articles that answer a question, the best first; `typing` while its last word may be unfinished."""
    question = words.asked(text, typing=typing)
    if not question:
        return []
    live = articles.in_force(audience).values("pk")
    terms = ArticleTerm.objects.filter(term__in=question.wanted)
    documents = dict(terms.order_by().values_list("term").annotate(n=Count("pk")))
    hits = terms.filter(version__in=_best(terms.filter(version__in=live), documents))
    found = [ranking.Hit(*row) for row in hits.values_list("version_id", "term", "weight")]
    return articles.heads_of(ranking.ranked(question, found, documents=documents)[:limit], language=language)


def _best(terms: "QuerySet[ArticleTerm]", documents: dict[str, int]) -> "QuerySet[ArticleTerm, int]":
    """The versions worth weighing: those with the most of what is rare and prominent."""
    rare = [When(term=term, then=Value(ranking.rarity(number))) for term, number in documents.items()]
    if not rare:
        return terms.none().values_list("version_id", flat=True)
    gained = Sum(F("weight") * Case(*rare, output_field=FloatField()), output_field=FloatField())
    scored = terms.order_by().values("version").annotate(gained=gained).order_by("-gained", "version")
    return scored.values_list("version_id", flat=True)[:CONSIDERED]


def suggest(text: str, *, audience: str, language: str, limit: int = 5) -> list[Head]:
    """What may answer a question while it is being typed; nothing for less than two characters.

    `audience` is `queries.audience_of(user)`: "public", "members" or "agents".
    """
    said = text.strip()
    return search(text, audience, language=language, limit=limit, typing=True) if len(said) > 1 else []
