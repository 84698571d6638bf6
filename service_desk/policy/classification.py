"""SVC-02 · A6.2.2 — what a case is probably about, from the words in it: a suggestion that a person may overrule.

A category scores one for each of its keywords that occurs, a longer keyword more; signals speak for a kind or a severity
whatever the category. Latin keywords are found as whole words, Chinese ones anywhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service_desk.policy.codes import Complexity, Kind, Severity

COMPLAINT = (
    "投诉", "投訴", "不满", "不滿", "差评", "差評", "态度差", "態度差", "太差", "欺骗", "欺騙", "消协", "消協", "12315", "赔偿",
    "賠償", "举报", "舉報", "complain", "complaint", "unacceptable", "disappointed", "terrible", "rude", "refuse to pay",
)  # fmt: skip
PRAISE = (
    "表扬",
    "表揚",
    "感谢",
    "感謝",
    "点赞",
    "點讚",
    "compliment",
    "well done",
    "excellent service",
    "thank you for",
)
SUGGESTION = ("建议", "建議", "希望能", "suggest", "suggestion", "it would be nice", "could you add")
REQUEST = (
    "申请",
    "申請",
    "请帮",
    "請幫",
    "办理",
    "辦理",
    "补办",
    "補辦",
    "please change",
    "please send",
    "i would like to",
)
PRIVACY = ("隐私", "隱私", "个人信息", "個人資料", "泄露", "洩露", "privacy", "personal data", "data breach", "leaked")
URGENT = (
    "12315", "消协", "消協", "律师", "律師", "媒体", "媒體", "起诉", "起訴", "受伤", "受傷", "食物中毒", "lawyer", "lawsuit",
    "injured", "food poisoning", "police", "报警", "報警",
)  # fmt: skip
SEVERE = (
    "盗刷",
    "盜刷",
    "被盗",
    "被盜",
    "多扣",
    "重复扣",
    "重複扣",
    "fraud",
    "stolen",
    "charged twice",
    "double charged",
)
DIFFICULT = ("退款", "退费", "退費", "赔偿", "賠償", "refund", "compensation", "chargeback")
_KINDS = ((Kind.COMPLAINT, COMPLAINT), (Kind.PRAISE, PRAISE), (Kind.SUGGESTION, SUGGESTION), (Kind.REQUEST, REQUEST))
_LATIN = re.compile(r"[a-z0-9]")


@dataclass(frozen=True)
class Category:
    """A category as the rule sees it. `position` breaks ties: the earlier one wins."""

    code: str
    kind: str
    keywords: tuple[str, ...]
    severity: str = Severity.NORMAL
    complexity: str = Complexity.SIMPLE
    position: int = 100


@dataclass(frozen=True)
class Suggestion:
    """SVC-02 · A6.2.2 — what is suggested, and the words that speak for it."""

    kind: str
    category: str
    severity: str
    complexity: str
    because: tuple[str, ...] = ()


def normal(text: str) -> str:
    """The form in which words are compared: full-width letters as plain ones, case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def found_in(text: str, words: Iterable[str]) -> list[str]:
    """Which of the words occur in a text that is in its normal form."""
    return [word for word in words if word and _occurs(word, text)]


def _occurs(word: str, text: str) -> bool:
    begins = r"(?<![a-z0-9])" if _LATIN.match(word[0]) else ""
    ends = r"(?![a-z0-9])" if _LATIN.match(word[-1]) else ""
    return bool(re.search(f"{begins}{re.escape(word)}{ends}", text))


def suggest(text: str, *, categories: Sequence[Category], kind: str = "") -> Suggestion:
    """SVC-02 · A6.2.2 — classify by rule. The kind is the given one, else that of words of complaint, praise and so on, else
    that of the best category; with a kind decided only its own categories are considered.

    The same text always gives the same suggestion; one without any known word is an ordinary simple enquiry.
    """
    plain = normal(text)
    signals: list[str] = []
    if not kind:
        kind, signals = _kind_of(plain)
    best, words = _best([one for one in categories if not kind or one.kind == kind], plain)
    decided = kind or (best.kind if best else Kind.ENQUIRY)
    severity = _severity_of(plain, best.severity if best else Severity.NORMAL)
    hard = severity == Severity.CRITICAL or (decided == Kind.COMPLAINT and found_in(plain, DIFFICULT))
    usual = best.complexity if best else Complexity.SIMPLE
    return Suggestion(
        kind=str(decided),
        category=best.code if best else "",
        severity=str(severity),
        complexity=str(Complexity.COMPLEX if hard else usual),
        because=tuple(dict.fromkeys([*signals, *words])),
    )


def _best(categories: Sequence[Category], text: str) -> tuple[Category | None, list[str]]:
    """The category with the weightiest keywords in a text; of equals the one that stands first."""
    found = [(one, found_in(text, map(normal, one.keywords))) for one in categories]
    scored = [(-sum(map(_weight, words)), one.position, one.code, one, words) for one, words in found if words]
    best = min(scored, key=lambda row: row[:3], default=None)
    return (best[3], best[4]) if best else (None, [])


def _weight(word: str) -> int:
    return 1 + len(word) // 4


def _kind_of(text: str) -> tuple[str, list[str]]:
    if private := found_in(text, PRIVACY):
        return Kind.COMPLAINT, private
    for kind, words in _KINDS:
        if found := found_in(text, words):
            return kind, found
    return "", []


def _severity_of(text: str, otherwise: str) -> str:
    ladder = list(Severity)
    floor = Severity.LOW
    if found_in(text, URGENT):
        floor = Severity.CRITICAL
    elif found_in(text, SEVERE) or found_in(text, PRIVACY):
        floor = Severity.HIGH
    return max(Severity(otherwise), floor, key=ladder.index)
