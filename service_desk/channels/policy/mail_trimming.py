"""SVC-01 · A6.2.1 — of a mail what was newly written: without the mail it answers and without the signature.

Nothing is guessed away: where an answer was written between the lines of the old mail, or only the old mail is there, all of
it stays. What is taken off is marked by `[…]`; the whole mail is kept beside the thread.
"""

import re

CUT = "[…]"
MOST_LINES = 4_000
SIGNATURE_LINES = 12
_HEADER = re.compile(
    r"\s*\**(from|sent|date|to|cc|subject|发件人|发送时间|收件人|抄送|主题|日期|寄件者|寄件日期|收件者|副本|主旨|傳送時間)\**\s*[:：]",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"\s*[-_=]{3,}\s*(original message|original appointment|forwarded message|原始邮件|原始郵件|原邮件|原郵件|转发邮件"
    r"|轉寄郵件|回复的原邮件)"
    r"\s*[-_=]{0,60}\s*",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\s*(on\b.{4,300}\bwrote|am\b.{4,300}\bschrieb.{0,100}|le\b.{4,300}\ba écrit"
    r"|.{0,300}[@＠<].{0,200}(写道|寫道|wrote|编写|撰寫)|.{0,20}\d{4}\s*年.{0,300}(写道|寫道|撰写|撰寫))\s*[:：]\s*",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"\s*(sent from (my|mail for|yahoo|outlook|samsung)|get outlook for|发自我的|發自我的|從我的|从我的"
    r"|发自.{0,20}(手机|邮箱|iphone)|寄件自|來自我的|来自我的).{0,80}",
    re.IGNORECASE,
)
_STAMP = re.compile(r"@|\d{1,2}[:：]\d{2}")


def trimmed(text: str) -> str:
    """SVC-01 · A6.2.1 — what was newly written. Taken off, it ends in `[…]`; nothing new found, it is the whole text."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        return text
    kept = _without_signature(_without_quote(lines))
    told = "\n".join(kept).strip()
    if not told or told == text.strip():
        return text.strip()
    return f"{told}\n\n{CUT}"


def _without_quote(lines: list[str]) -> list[str]:
    for place, line in enumerate(lines):
        if _ORIGINAL.fullmatch(line[:400]) or _is_header_block(lines, place):
            return lines[: _above_rule(lines, place)]
        height = _wrote(lines, place)
        if height and _is_old(lines[place + height :], said_by=" ".join(lines[place : place + height])):
            return lines[:place]
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    return lines[:end] if any(line.lstrip().startswith(">") for line in lines[end:]) else lines


def _is_header_block(lines: list[str], place: int) -> bool:
    """`From: … Sent: … To: …` in lines below one another, as Outlook and many Chinese mailers put it."""
    if not _HEADER.match(lines[place][:200]):
        return False
    following = [line for line in lines[place + 1 : place + 6] if line.strip()]
    return sum(bool(_HEADER.match(line[:200])) for line in following) >= 2


def _above_rule(lines: list[str], place: int) -> int:
    """A line of dashes or underscores above the block belongs to it."""
    above = place
    while above and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above and re.fullmatch(r"\s*[-_=]{5,}\s*", lines[above - 1][:300]) else place


def _wrote(lines: list[str], place: int) -> int:
    """How many lines say who wrote what follows: one, or two where a mailer has wrapped them."""
    if not lines[place].strip() or lines[place].lstrip().startswith(">"):
        return 0
    if _WROTE.fullmatch(lines[place][:600]):
        return 1
    if place + 1 >= len(lines):
        return 0
    both = f"{lines[place][:300]} {lines[place + 1][:300]}"
    return 2 if lines[place + 1].strip() and _WROTE.fullmatch(both) else 0


def _is_old(lines: list[str], *, said_by: str) -> bool:
    """Whether nothing new stands below: all is quoted, or nothing is, as some mailers do below an address or a time."""
    told = [line for line in lines if line.strip()]
    quoted = sum(line.lstrip().startswith(">") for line in told)
    return quoted == len(told) if quoted else bool(_STAMP.search(said_by))


def _without_signature(lines: list[str]) -> list[str]:
    for place in range(len(lines) - 1, max(len(lines) - SIGNATURE_LINES, 0) - 1, -1):
        if lines[place].rstrip("\r") in ("-- ", "--", "—— ", "——"):
            return lines[:place]
    last = next((place for place in range(len(lines) - 1, -1, -1) if lines[place].strip()), None)
    if last is not None and last > 0 and _SENT_FROM.fullmatch(lines[last][:200]):
        return lines[:last]
    return lines
