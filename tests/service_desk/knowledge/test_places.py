"""The pages that help can be pinned to are those that name the place, and no others (SVC-15, MEM-11)."""

import re
from pathlib import Path

from core import places
from service_desk.knowledge.places import BANNERS, PLACES, QUESTIONS

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
NAMED = {
    name
    for path in TEMPLATES.rglob("*.html")
    for name in re.findall(r'{% place "([\w.]+)"', path.read_text(encoding="utf-8"))
}


def test_every_place_of_the_list_is_on_a_page_and_every_page_in_the_list() -> None:
    free = {"help.contact"}  # for whoever takes questions
    assert NAMED - free == {*PLACES, *BANNERS, QUESTIONS}


def test_every_place_is_filled() -> None:
    assert {*PLACES, *BANNERS, QUESTIONS} <= places.filled()
