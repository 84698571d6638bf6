"""Stored codes in words: what the database keeps as `cards.card.activate` a colleague reads as “Card activated”.

States and the like are TextChoices and speak for themselves. Codes that are written by one app and shown by another,
or that carry a reference behind them (`sold here: A1234`), are entered here by the app that writes them.
"""

from collections.abc import Mapping

from django.utils.functional import Promise

ACTION = "action"
NOTE = "note"
GATEWAY = "gateway"
FAILURE = "failure"
EXCEPTION = "exception"
PROOF = "proof"
OUTCOME = "outcome"
SAID = "said"
UNSENT = "unsent"
RISK = "risk"
TIER = "tier"
POINTS = "points-source"
INVITATION = "invitation"
GRANT = "grant-source"
CERTIFICATE = "certificate-source"

_words: dict[str, dict[str, str | Promise]] = {}


def enter(kind: str, words: Mapping[str, str | Promise]) -> None:
    """Called when an app is ready. A code has one word."""
    known = _words.setdefault(kind, {})
    if twice := known.keys() & words.keys():
        raise ValueError(f"worded twice: {sorted(twice)}")
    known.update(words)


def known(kind: str) -> Mapping[str, str | Promise]:
    return _words.get(kind, {})


def of(kind: str, code: str) -> str:
    """The word for a code; what follows the code stays as it is. A code that nobody worded is shown itself."""
    words = known(kind)
    if code in words:
        return str(words[code])
    head = max((head for head in words if code.startswith(f"{head} ")), key=len, default="")
    return f"{words[head]} · {code[len(head) + 1 :]}" if head else code


def meaning(kind: str, text: str) -> list[str]:
    """The codes whose word, in the reader's language, holds this text."""
    wanted = text.casefold()
    return [code for code, word in known(kind).items() if wanted in str(word).casefold()]
