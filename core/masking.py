"""Personal data on staff screens (SEC-03): masked by default; the whole value is revealed one field at a time."""

HIDDEN = "•"


def address(value: str) -> str:
    """A phone number by its end, an e-mail address by its beginning and its house: `w•••@example.com`."""
    name, at, house = value.rpartition("@")
    return f"{name[:1]}{HIDDEN * 3}@{house}" if at else ends(value)


def ends(value: str, *, shown: int = 4) -> str:
    """All but the last few characters hidden, and never more than half of them shown: `•••••••8000`."""
    kept = min(shown, len(value) // 2)
    return HIDDEN * (len(value) - kept) + value[len(value) - kept :]
