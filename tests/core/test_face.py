"""The card face: nothing that a planner or a member types can leave its place."""

import datetime as dt
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping

import pytest
from django.template import Context, Template

from core import colour, face

GOOD = {"from": "#0f5a60", "to": "#07282f", "accent": "#e6c78e", "ink": "#fdfbf5", "pattern": "waves", "image": ""}


def draw(look: Mapping[str, object], **words: object) -> str:
    source = (
        "{% load ui %}{% card_face look name=name holder=holder number=number valid_through=until tier=tier"
        " tier_name=tier_name %}"
    )
    known = {"name": "", "holder": "", "number": "", "until": None, "tier": "", "tier_name": ""}
    return Template(source).render(Context({"look": look, "programme_name": "Tessera"} | known | words))


def parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn.strip())


@pytest.mark.parametrize(
    "hostile",
    [
        "</text><script>alert(1)</script>",
        '"/><image href=x onerror=alert(1)>',
        "&lt;b&gt;",
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_a_hostile_name_stays_text(hostile):
    drawn = draw(GOOD, holder=hostile, name=hostile, number=hostile, tier_name=hostile)
    tree = parsed(drawn)
    assert not [node for node in tree.iter() if node.tag in {"script", "image"}]
    assert not [name for node in tree.iter() for name in node.attrib if name.startswith("on") or name == "style"]
    assert "SECRET" not in drawn.replace("settings.SECRET_KEY", "")


@pytest.mark.parametrize("key", ["from", "to", "accent", "ink"])
@pytest.mark.parametrize(
    "poison",
    ["red", "#fff", "#12345g", "#123456;}", 'url("//x")', "#0f5a60\n", "#0f5a60' onload='x", "", None, 7, "＃0f5a60"],
)
def test_only_six_hex_digits_are_a_colour(key, poison):
    drawn = draw(GOOD | {key: poison}, name="Harbour")
    for node in parsed(drawn).iter():
        for name in ("fill", "stroke", "color", "stop-color"):
            value = node.get(name)
            assert (
                value is None
                or value == "none"
                or value.startswith("url(#")
                or value in {"#fff", "#000"}
                or colour.is_colour(value)
            )


@pytest.mark.parametrize(
    "image", ["https://evil.example/x.png", "//evil.example/x.png", "javascript:alert(1)", "data:image/svg+xml,x"]
)
def test_a_picture_comes_from_this_house_only(image):
    assert "<image" not in draw(GOOD | {"image": image})
    assert 'href="/media/face.png"' in draw(GOOD | {"image": "/media/face.png"})


def test_two_faces_on_a_page_share_no_id():
    ids = [{node.get("id") for node in parsed(draw(GOOD)).iter() if node.get("id")} for _ in range(2)]
    assert len(ids[0]) == 6
    assert ids[0].isdisjoint(ids[1])


def test_every_reference_inside_a_face_has_its_target():
    drawn = draw(GOOD | {"image": "/media/x.png"}, name="Harbour", tier="gold")
    ids = {node.get("id") for node in parsed(drawn).iter()}
    wanted = [
        value[5:-1] for node in parsed(drawn).iter() for value in node.attrib.values() if value.startswith("url(#")
    ]
    assert wanted
    assert set(wanted) <= ids


def test_the_number_is_grouped_and_the_day_is_written():
    drawn = draw(GOOD, number="6688000000001024", until=dt.date(2027, 11, 21), holder="陈小明")
    assert "6688 0000 0000 1024" in drawn
    assert "21\N{NO-BREAK SPACE}Nov 2027" in drawn
    assert 'aria-label="Tessera, 陈小明, 6688000000001024"' in drawn


@pytest.mark.parametrize(
    "name", ["王" * 60, "M" * 200, "Wolfeschlegelsteinhausenbergerdorff " * 4, "e\N{COMBINING ACUTE ACCENT}" * 90]
)
def test_a_long_name_is_cut_to_what_the_card_holds(name):
    fitted = face.parts(
        GOOD, tier="", name=name, holder=name, number="", wordmark="", valid_through="", tier_name="", css=""
    )
    for part, width in (("name", 500), ("holder", 510)):
        assert (
            face._ems(fitted[part]["text"].strip(face.ISOLATE + face.POP)) * fitted[part]["size"]
            <= width + fitted[part]["size"]
        )
        assert fitted[part]["size"] >= 24


def test_a_name_from_right_to_left_is_isolated_from_the_card():
    drawn = draw(GOOD, holder="محمد علي")
    assert f"{face.ISOLATE}محمد علي{face.POP}" in drawn


@pytest.mark.parametrize(("ground", "ink"), [("#0f5a60", "#fdfbf5"), ("#f3ede0", "#16201e")])
def test_without_a_chosen_ink_the_readable_one_is_taken(ground, ink):
    fitted = face.parts({"from": ground, "to": ground}, tier="", name="", holder="", number="", wordmark="")
    assert fitted["ink"] == ink
    assert colour.contrast(fitted["ink"], ground) >= 4.5


def test_every_pattern_has_its_drawing():
    from django.contrib.staticfiles import finders

    drawing = ElementTree.parse(str(finders.find("img/face-patterns.svg"))).getroot()
    assert {symbol.get("id") for symbol in drawing} == set(face.PATTERNS)
