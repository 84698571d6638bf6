"""A chat as its pages read it: small JSON, the same for both sides."""

from collections.abc import Callable, Iterable
from typing import Any

from core import show
from service_desk.channels.models import ChatFile, ChatLine

Address = Callable[[ChatFile], str]
SHOWN_AS_PICTURE = frozenset({"image/jpeg", "image/png", "image/webp"})


def lines(found: Iterable[ChatLine], *, address: Address, with_keys: bool) -> list[dict[str, Any]]:
    """Each line with who said it (`ours`: a colleague), when, and its files. The sender's page knows its own by `key`."""
    return [
        {
            "n": one.position,
            "ours": one.author_id is not None,
            "who": str(one.author) if one.author else "",
            "text": one.body,
            "at": show.time_of_day(one.at),
            "key": one.key if with_keys else "",
            "files": [file(kept, address=address) for kept in one.files.all()],
        }
        for one in found
    ]


def file(kept: ChatFile, *, address: Address) -> dict[str, Any]:
    return {
        "name": kept.name,
        "url": address(kept),
        "picture": kept.content_type in SHOWN_AS_PICTURE,
        "kb": max(kept.size // 1024, 1),
    }
