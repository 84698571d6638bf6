"""Codes that nobody can guess and everybody can read aloud."""

from django.utils.crypto import get_random_string

from loyalty.policy import spoken_codes


def new(kind: str) -> str:
    """A fresh code; that it is unique is held by the table it goes into."""
    return kind + get_random_string(spoken_codes.LENGTH[kind], spoken_codes.ALPHABET)
