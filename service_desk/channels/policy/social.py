"""SVC-01 · A6.2.1 — a post on a social network, as its webhook tells it: read strictly, believed in nothing but its length."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from core.rules import RuleBroken

LONGEST_ID, LONGEST_NAME, LONGEST_LINK, LONGEST_TEXT = 120, 120, 500, 20_000
MESSAGE = "message"
EARLIEST = dt.datetime(2005, 1, 1, tzinfo=dt.UTC)


class PostRefused(RuleBroken):
    """`post_unreadable` (param: field): no JSON object, or a field that is missing, too long or of another kind."""


@dataclass(frozen=True)
class Post:
    """What somebody wrote: its number at the network, the conversation it belongs to, who, when, where it can be seen."""

    id: str
    thread: str
    text: str
    at: dt.datetime
    handle: str
    name: str = ""
    link: str = ""


def read(body: bytes) -> Post | None:
    """SVC-01 · A6.2.1 — the post in a webhook's body, `{"type": "message", "id", "thread", "text", "at", "handle", "name",
    "link"}`; None for an event of another type, which concerns nobody here. Refuses what makes no sense."""
    said = _object(body)
    if _text(said, "type", 40) != MESSAGE:
        return None
    number = _text(said, "id", LONGEST_ID)
    return Post(
        id=number,
        thread=_text(said, "thread", LONGEST_ID, needed=False) or number,
        text=_text(said, "text", LONGEST_TEXT, lines=True),
        at=_moment(said),
        handle=_text(said, "handle", LONGEST_NAME),
        name=_text(said, "name", LONGEST_NAME, needed=False),
        link=link(_text(said, "link", LONGEST_LINK, needed=False)),
    )


def link(text: str) -> str:
    """SVC-01 · A6.2.1 — an address that a colleague may follow: http and https alone; refuses any other."""
    if text and not text.lower().startswith(("https://", "http://")):
        raise PostRefused("post_unreadable", field="link")
    return text


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise PostRefused("post_unreadable", field="body") from error
    if not isinstance(said, dict):
        raise PostRefused("post_unreadable", field="body")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _text(said: dict[str, Any], name: str, longest: int, *, needed: bool = True, lines: bool = False) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise PostRefused("post_unreadable", field=name)
    plain = "".join(one for one in value if one.isprintable() or (lines and one in "\n\t") or one == "\u200d").strip()
    if len(plain) > longest or (needed and not plain):
        raise PostRefused("post_unreadable", field=name)
    return plain


def _moment(said: dict[str, Any]) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(_text(said, "at", 40))
    except (ValueError, OverflowError) as error:
        raise PostRefused("post_unreadable", field="at") from error
    if found.tzinfo is None or found < EARLIEST:
        raise PostRefused("post_unreadable", field="at")
    return found
