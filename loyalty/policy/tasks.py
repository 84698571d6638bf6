"""LOY-04 · B7.1 — the tasks that the programme can see done by itself; any other task or event is recorded by a colleague."""

from enum import StrEnum


class Task(StrEnum):
    """Each is a state of the member's own record that anybody can look up again."""

    LOGIN = "login"
    EMAIL = "email"
    PROFILE = "profile"
    PREFERENCES = "preferences"
