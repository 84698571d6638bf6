"""SVC-15 · D6.4 — the markup of articles: what it allows, as safe HTML, as plain text, and what is wrong with a text.

    # Heading · ## Smaller heading · - item · 1. item · **bold** · [label](/own/page/) · {activation.within_days}

A blank line ends a paragraph. Braces name a parameter of the policy, whose value in force is shown. Everything else is
text: no HTML passes, and a link leads to a page of this site or nowhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import urlsplit

Figure = Callable[[str], str | None]
"""The value of a parameter as a reader wants it; None where there is none of that name."""
Kind = Literal["heading", "smaller", "paragraph", "items", "steps"]
INLINE = re.compile(
    r"\*\*(?P<bold>[^*\n]{1,500})\*\*"
    r"|\[(?P<label>[^\[\]\n]{1,200})\]\((?P<href>[^()\s]{1,300})\)"
    r"|\{(?P<figure>[a-z_-]{1,40}(?:\.[a-z0-9_]{1,40}){1,3})\}"
)
STEP = re.compile(r"\d{1,2}[.)]\s+")
MARKS: tuple[tuple[str, Kind], ...] = (("## ", "smaller"), ("# ", "heading"), ("- ", "items"))
LISTS = {"items": "ul", "steps": "ol"}


@dataclass(frozen=True)
class Block:
    kind: Kind
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """The text as blocks, in order; lines of a paragraph stay lines."""
    found: list[Block] = []
    fresh = True
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        bare = line.strip()
        if not bare:
            fresh = True
            continue
        kind, said = _read(bare)
        if not fresh and found and found[-1].kind == kind and kind not in {"heading", "smaller"}:
            found[-1] = Block(kind, (*found[-1].lines, said))
        else:
            found.append(Block(kind, (said,)))
        fresh = False
    return found


def _read(line: str) -> tuple[Kind, str]:
    for mark, kind in MARKS:
        if line.startswith(mark):
            return kind, line.removeprefix(mark).strip()
    if step := STEP.match(line):
        return "steps", line[step.end() :].strip()
    return "paragraph", line


def is_own(address: str) -> bool:
    """Whether a link leads to a page of this site."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def to_html(text: str, *, figure: Figure, level: int = 2) -> str:
    """SVC-15 · D6.4 — as safe HTML; the first kind of heading stands at `level`."""
    return "".join(_block(block, figure, level) for block in blocks(text))


def _block(block: Block, figure: Figure, level: int) -> str:
    lines = [_inline(line, figure) for line in block.lines]
    if block.kind in {"heading", "smaller"}:
        tag = f"h{level + (block.kind == 'smaller')}"
        return f"<{tag}>{lines[0]}</{tag}>"
    if tag := LISTS.get(block.kind, ""):
        return f"<{tag}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"
    return f"<p>{'<br>'.join(lines)}</p>"


def _inline(text: str, figure: Figure) -> str:
    parts, at = [], 0
    for found in INLINE.finditer(text):
        parts.append(escape(text[at : found.start()]))
        at = found.end()
        if found["bold"] is not None:
            parts.append(f"<strong>{_inline(found['bold'], figure)}</strong>")
        elif found["figure"] is not None:
            value = figure(found["figure"])
            parts.append(escape(found[0] if value is None else value))
        elif is_own(found["href"]):
            parts.append(f'<a href="{escape(found["href"])}">{escape(found["label"])}</a>')
        else:
            parts.append(escape(found["label"]))
    return "".join([*parts, escape(text[at:])])


def to_text(text: str, *, figure: Figure, site: str = "") -> str:
    """As plain text for a message or a reply: a link becomes its label and the address on `site`."""
    return "\n\n".join(_plain(block, figure, site) for block in blocks(text))


def _plain(block: Block, figure: Figure, site: str) -> str:
    lines = [_said(line, figure, site) for line in block.lines]
    if block.kind == "items":
        return "\n".join(f"• {line}" for line in lines)
    if block.kind == "steps":
        return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    return "\n".join(lines)


def _said(text: str, figure: Figure, site: str) -> str:
    def told(found: re.Match[str]) -> str:
        if found["bold"] is not None:
            return _said(found["bold"], figure, site)
        if found["figure"] is not None:
            return figure(found["figure"]) or found[0]
        return f"{found['label']} ({site}{found['href']})" if is_own(found["href"]) else found["label"]

    return INLINE.sub(told, text)


def faults(text: str, *, figure: Figure) -> Iterator[tuple[str, str]]:
    """SVC-15 · D6.4 — what an editor has to mend: links that leave the site, figures that the policy does not have."""
    for found in INLINE.finditer(text):
        if found["bold"] is not None:
            yield from faults(found["bold"], figure=figure)
        if found["href"] is not None and not is_own(found["href"]):
            yield "link_leaves_the_site", found["href"]
        if found["figure"] is not None and figure(found["figure"]) is None:
            yield "figure_unknown", found["figure"]
