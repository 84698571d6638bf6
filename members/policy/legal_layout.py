"""MEM-05 · B9.2 — how a legal text is laid out: `# ` begins a section, `- ` an item, a blank line ends a paragraph."""

from dataclasses import dataclass, field


@dataclass
class Section:
    """A heading (empty for the opening) and its blocks: a list of items, or one paragraph."""

    heading: str = ""
    blocks: list[tuple[str, list[str]]] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """MEM-05 · B9.2 — the text as sections of ("paragraph" | "items", lines); plain text in, no markup out."""
    found = [Section()]
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if lines and lines[0].startswith("# "):
            found.append(Section(lines.pop(0)[2:]))
        for line in lines:
            kind = "items" if line.startswith("- ") else "paragraph"
            shown = line.removeprefix("- ")
            if kind == "items" and found[-1].blocks and found[-1].blocks[-1][0] == "items":
                found[-1].blocks[-1][1].append(shown)
            else:
                found[-1].blocks.append((kind, [shown]))
    return [section for section in found if section.heading or section.blocks]
