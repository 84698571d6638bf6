"""SVC-01, SEC-03 · A6.2.1 — what a text can be found by: its words in Latin letters, pairs of neighbouring Chinese characters.

Chinese is written without spaces: every two characters that stand side by side are indexed, so that any phrase of two or more
is found. Punctuation and spaces between Chinese characters end a pair.
"""

import re
import unicodedata
from collections.abc import Iterable

MOST = 3_000
"""Different words of one case that are kept; of a longer thread the first so many."""
LONGEST = 40
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f\u3040-\u30ff\uac00-\ud7af々"
_RUNS = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")


def words(text: str) -> list[str]:
    """SVC-01 · A6.2.1 — the words of a text in their normal form, each once, in order of appearance, `MOST` at most."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        for word in _of_run(run):
            found[word] = None
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def _of_run(run: str) -> Iterable[str]:
    if not _IS_CJK.match(run):
        return [run[:LONGEST]] if len(run) > 1 else []
    return [run[place : place + 2] for place in range(len(run) - 1)]


def is_searchable(text: str) -> bool:
    """SVC-01 · A6.2.1 — whether there is anything to look for: one letter or one Chinese character is too little."""
    return bool(words(text))
