"""Texts that are worded in every language of the programme, kept by language."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation

Words = Mapping[str, str]
LONGEST = {"title": 80, "intro": 300, "thanks": 300, "text": 200, "low": 40, "high": 40, "option": 80}


def spoken(words: Words, language: str = "") -> str:
    """The text in a language (default: the reader's), else in the programme's, else in English, else in any there is."""
    wanted = (language or translation.get_language() or "", settings.LANGUAGE_CODE, "en")
    return next((words[one] for one in (*wanted, *words) if words.get(one)), "")
