"""What free text becomes before it is stored."""


def plain(text: str) -> str:
    """No control characters, no invisible ones, one kind of line break."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable()).strip() for line in lines).strip()
