"""SVC-15 · D6.4 — by which words a text is found, in Chinese and in English: the same for what is written and asked.

Chinese, which has no spaces, is cut into pairs of characters; words of other scripts into their stems, and the words of
titles into their beginnings too, so that they are found while they are being typed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

EDITION = 1
"""Raised whenever the cutting changes: every text is then cut anew."""
LONGEST_TERM = 32
LONGEST_QUESTION = 200
MOST_TERMS = 24
SHORTEST_BEGINNING, LONGEST_BEGINNING = 2, 12
NUMBERS = re.compile(r"\d[\d\s.()+/-]*\d")
MOST_DIGITS = 4
BEGINS = "*"
"""Behind a term that is the beginning of a word."""
HAN = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
RUNS = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
ASKING = re.compile(
    "请问|請問|怎么样|怎麼樣|怎么办|怎麼辦|怎么|怎麼|怎样|怎樣|如何|为什么|為什麼|什么|什麼|哪里|哪裡|哪些|是否|能不能|可不可以|"
    "可以|能否|我想|我要|我的|你们|你們|多少|吗|嗎|呢|吧|啊|的|了"
)
"""What a question is dressed in, in Chinese: it says nothing about the matter."""
SMALL_WORDS = (
    "a about after all am an and any are as at be been but by can could did do does for from get had has have how i if in "
    "into is it its me my no not of on or our out please shall should so some than that the their them then there these "
    "they this to up us was we were what when where which who why will with would you your"
)
STOP = frozenset(SMALL_WORDS.split())
ENDINGS = (
    "ational", "ations", "ation", "ating", "ates", "ated", "ment", "ings", "ing", "ions", "ion", "ies", "als",
    "ate", "ed", "es", "al", "or", "er", "ly", "s", "e", "y",
)  # fmt: skip
SHORTEST_STEM = 4


@dataclass(frozen=True)
class Question:
    """What somebody looks for: whole terms, and the word she is still typing, as a beginning and as if it were whole."""

    terms: tuple[str, ...]
    unfinished: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.unfinished)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Everything the index is asked for."""
        return (*self.terms, *self.unfinished)

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """What has to be met: each term, and of an unfinished word one of its readings."""
        return (*((term,) for term in self.terms), *((self.unfinished,) if self.unfinished else ()))


def normal(text: str) -> str:
    """The form in which equal texts meet: full width, capitals and accents make no difference."""
    spread = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in spread if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFKC", bare).casefold()


def stem(word: str) -> str:
    """The part of an English word that its forms share: activate, activated and activation are one."""
    while len(word) > SHORTEST_STEM:
        ending = next((one for one in ENDINGS if word.endswith(one) and len(word) - len(one) >= SHORTEST_STEM), None)
        if ending is None:
            break
        word = word.removesuffix(ending)
    return word[:LONGEST_TERM]


def terms(text: str) -> frozenset[str]:
    """Every term of a text: pairs and single characters of Chinese, stems of words."""
    return frozenset(_terms(text))


def beginnings(text: str) -> frozenset[str]:
    """How the words of a text begin, for whoever is still typing: `ac*`, `act*`, …"""
    words = [word for _han, word in RUNS.findall(normal(text)) if word]
    return frozenset(
        word[:length] + BEGINS
        for word in words
        for length in range(SHORTEST_BEGINNING, min(len(word), LONGEST_BEGINNING) + 1)
    )


def _terms(text: str) -> Iterator[str]:
    for han, word in RUNS.findall(normal(text)):
        if word:
            yield stem(word)
        yield from han
        yield from (han[place : place + 2] for place in range(len(han) - 1))


def asked(text: str, *, typing: bool = False) -> Question:
    """SVC-15 · D6.4 — what a question is about; while it is being typed, its last word counts as a beginning.

    Of a question that consists of nothing but dressing, the dressing is what is looked for.
    """
    said = normal(text[:LONGEST_QUESTION])
    found = _asked(ASKING.sub(" ", said), typing=typing, leave_out=STOP)
    return found or _asked(said, typing=typing, leave_out=frozenset())


def _asked(said: str, *, typing: bool, leave_out: frozenset[str]) -> Question:
    runs = RUNS.findall(said)
    unfinished = bool(typing and runs and runs[-1][1] and not said[-1:].isspace())
    beginning = runs.pop()[1] if unfinished else ""
    found: list[str] = []
    for han, word in runs:
        if word and word not in leave_out:
            found.append(stem(word))
        if han:
            found += [han] if len(han) == 1 else [han[place : place + 2] for place in range(len(han) - 1)]
    kept = tuple(dict.fromkeys(found))[:MOST_TERMS]
    if len(beginning) < SHORTEST_BEGINNING or beginning in leave_out:
        return Question(kept)
    return Question(kept, (beginning[:LONGEST_BEGINNING] + BEGINS, stem(beginning)))


def in_vain(text: str) -> str:
    """What is kept of a search that found nothing: no e-mail address, no long number, at most a line; perhaps nothing."""
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in normal(text[:LONGEST_QUESTION])).split())
    bare = re.sub(r"\S+@\S+", "…", said)
    return NUMBERS.sub(_hidden, bare)[:80].strip(" …")


def _hidden(number: re.Match[str]) -> str:
    return "…" if sum(sign.isdigit() for sign in number[0]) > MOST_DIGITS else number[0]
