"""SVC-01, SVC-02 · A6.2 — the words in which a case is classified. They are stored for ever; pages show their labels."""

from enum import StrEnum


class Kind(StrEnum):
    """SVC-02 · A6.2.2 — what somebody comes for."""

    ENQUIRY = "enquiry"
    COMPLAINT = "complaint"
    REQUEST = "request"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Channel(StrEnum):
    """SVC-01 · A6.2.1 — by which way somebody comes, and by which an entry of the thread was said."""

    HOTLINE = "hotline"
    WEB = "web"
    CHAT = "chat"
    EMAIL = "email"
    COUNTER = "counter"
    SOCIAL = "social"


SPOKEN = frozenset({Channel.HOTLINE, Channel.COUNTER})
"""Where a colleague stands face to face, or voice to voice: whoever comes is received and answered at once."""


class Severity(StrEnum):
    """SVC-02 · A6.2.2 — how much harm is done while nothing happens."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Complexity(StrEnum):
    """SVC-02 · A6.2.2 — simple: answered at once; complex: an owner, cooperating departments and a deadline."""

    SIMPLE = "simple"
    COMPLEX = "complex"


class Promise(StrEnum):
    """SVC-03 · D4.3.2 — what is promised to happen within a time; each runs on a clock of its own."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_RESPONSE = "first-response"
    NEXT_RESPONSE = "next-response"
    RESOLUTION = "resolution"


class Happening(StrEnum):
    """SVC-03 · D4.3.2 — what can happen to a case; its history is a row of these, and the clocks follow from it."""

    OPENED = "opened"
    CLASSIFIED = "classified"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    MEMBER_WROTE = "member-wrote"
    REPLIED = "replied"
    STATE = "state"
    WARNED = "warned"
    BREACHED = "breached"
    ESCALATED = "escalated"
    TASK_ASKED = "task-asked"
    TASK_ANSWERED = "task-answered"
    TASK_CANCELLED = "task-cancelled"
    MERGED_IN = "merged-in"
    MERGE_UNDONE = "merge-undone"
    SPLIT = "split"
    LINKED = "linked"
    RATED = "rated"
    SETTLED = "settled"
