"""What stands ready for other pages: the questions, and the help that is pinned to a page (SVC-15 · MEM-11)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, F, Q, TextField, Value, When

from core import clock
from service_desk.knowledge.models import ArticleText, ArticleVersion
from service_desk.knowledge.models.articles import languages_for
from service_desk.knowledge.queries import articles, kept

Wording = tuple[str, str]


@dataclass(frozen=True)
class Standing:
    """A version on the shelf. `worded` is title and text by language; the text only of questions."""

    slug: str
    audience: str
    is_question: bool
    pins: tuple[str, ...]
    worded: dict[str, Wording]

    def wording(self, language: str) -> tuple[str, str, str]:
        """Title, text, and the language that they are in."""
        spoken = next(one for one in languages_for(language) if one in self.worded)
        return (*self.worded[spoken], spoken)


def standing(audience: str) -> list[Standing]:
    """What is pinned or a question, as far as this audience reads it: one read of the cache."""
    today = clock.today()
    shelf = kept.found(_key(today), lambda: _read(today), near=True)
    return [one for one in shelf if one.audience in articles.READS[audience]]


def refresh() -> None:
    """After something was published or withdrawn."""
    today = clock.today()
    kept.refresh(_key(today), lambda: _read(today))


def questions(audience: str) -> list[Standing]:
    return [one for one in standing(audience) if one.is_question]


def pinned(place: str, audience: str) -> list[Standing]:
    return [one for one in standing(audience) if place in one.pins]


def _key(day: dt.date) -> str:
    """What readers find changes with the day; yesterday's is not asked for any more."""
    return f"knowledge:shelf:1:{day.isoformat()}"


def _read(day: dt.date) -> list[Standing]:
    """One statement: the wordings of what is pinned or a question; the text only of questions."""
    shown = ArticleVersion.objects.in_force(day).filter(Q(is_question=True) | ~Q(pins=[]))
    answer = Case(When(version__is_question=True, then=F("body")), default=Value(""), output_field=TextField())
    rows = ArticleText.objects.filter(version__in=shown).annotate(answer=answer).select_related("version__article")
    rows = rows.defer("body", "summary", "keywords").order_by("version__position", "version__article__slug")
    found: dict[int, Standing] = {}
    for text in rows:
        version = text.version
        if version.pk not in found:
            place = (version.article.slug, version.audience, version.is_question, tuple(version.pins))
            found[version.pk] = Standing(*place, worded={})
        found[version.pk].worded[text.language] = (text.title, vars(text)["answer"])
    return list(found.values())
