"""What a version decides, as one value: to write another from it, to compare two, to lay before a second person."""

from collections.abc import Iterator
from typing import Any

from service_desk.knowledge.models import ArticleVersion
from service_desk.knowledge.policy import comparison
from service_desk.knowledge.policy.writing import Content, Wording

PARTS = ("title", "summary", "body", "keywords")


def content_of(version: ArticleVersion) -> Content:
    """Everything but its days: whoever restores it says anew from when."""
    return Content(
        audience=version.audience,
        category=version.category_id,
        wordings={
            text.language: Wording(text.title, text.body, text.summary, text.keywords) for text in version.texts.all()
        },
        is_question=version.is_question,
        position=version.position,
        pins=tuple(version.pins),
        related=tuple(sorted(article.pk for article in version.related.all())),
    )


def told(version: ArticleVersion) -> dict[str, Any]:
    """The same field by field, as a reader of a request or of a comparison wants it; `body.en` and the like by language."""
    found: dict[str, Any] = {
        "audience": version.audience,
        "topic": version.category.localized_name,
        "is_question": version.is_question,
        "position": version.position,
        "pins": sorted(version.pins),
        "related": sorted(article.slug for article in version.related.all()),
        "valid_from_on": version.valid_from_on,
        "valid_until_on": version.valid_until_on,
    }
    for text in sorted(version.texts.all(), key=lambda one: one.language):
        found |= {f"{part}.{text.language}": getattr(text, part) for part in PARTS}
    return found


def differences(
    before: ArticleVersion, after: ArticleVersion
) -> Iterator[tuple[str, list[tuple[comparison.Mark, str]]]]:
    """Field by field what changed between two versions, line by line."""
    old, new = told(before), told(after)
    for name in dict.fromkeys([*new, *old]):
        was, will_be = _text(old.get(name)), _text(new.get(name))
        if was != will_be:
            yield name, comparison.lines(was, will_be)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
