import json

import pytest
from django.template import TemplateSyntaxError

from core.messaging import sandbox

SAMPLE = {
    "name": "Lin",
    "card": {"number": "88", "days": 3},
    "benefits": ["Tea", "Pool"],
    "uses": [{"on": "2026-11-22"}],
}


def filled(source: str, context: dict[str, object] | None = None) -> str:
    return sandbox.compiled(source).filled(SAMPLE if context is None else context)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Dear {{ name }}", "Dear Lin"),
        ("{{ card.number }} {{ benefits.1 }}", "88 Pool"),
        ("{% if card.days > 2 %}soon{% else %}now{% endif %}", "soon"),
        ("{% for one in benefits %}{{ forloop.counter }}.{{ one }} {% endfor %}", "1.Tea 2.Pool "),
        ("{% for use in uses %}{{ use.on }}{% empty %}none{% endfor %}", "2026-11-22"),
        ('{{ benefits|joined:"、" }}', "Tea、Pool"),
        ('{{ missing|default:"friend" }}', "friend"),
        ("{{ card.days }} day{{ card.days|pluralize }}", "3 days"),
        ("<b>{{ name }}</b>", "<b>Lin</b>"),
    ],
)
def test_variables_conditions_and_lists_are_all_there_is(source, text):
    assert filled(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "{% load static %}",
        "{% include 'base.html' %}",
        "{% extends 'base.html' %}",
        "{% url 'admin:index' %}",
        "{% now 'Y' %}",
        "{% debug %}",
        "{% lorem 1000000 w %}",
        "{% csrf_token %}",
        "{% autoescape off %}{% endautoescape %}",
        "{% with a=name %}{% endwith %}",
        "{% cycle 'a' 'b' %}",
        "{{ name|safe }}",
        '{{ name|ljust:"999999999" }}',
        '{{ name|center:"999999999" }}',
        "{{ name|floatformat:99999 }}",
        "{{ name|pprint }}",
        "{{ name|stringformat:'s' }}",
        "{{ name.__class__ }}",
        "{{ _private }}",
        "{% for a in benefits %}{% for b in benefits %}{% for c in benefits %}{% endfor %}{% endfor %}{% endfor %}",
        "{% if name %}",
        "{{ name",
        "{{ }}",
        "x" * 8_001,
        "{{ name }}" * 401,
    ],
)
def test_everything_else_is_refused_when_it_is_written(source):
    if source == "{{ name":
        assert filled(source) == "{{ name", "an unclosed brace is text"
        return
    with pytest.raises(TemplateSyntaxError):
        sandbox.compiled(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ name.upper }}",
        "{{ card.items }}",
        "{{ card.clear }}",
        "{{ benefits.pop }}",
        "{{ name.0 }}",
        "{{ card.days.real }}",
    ],
)
def test_a_dot_never_reaches_an_attribute_or_a_method(source):
    assert filled(source) == ""
    assert sandbox.compiled(source).unknown_names(SAMPLE)
    assert SAMPLE["card"] == {"number": "88", "days": 3}


@pytest.mark.parametrize(
    ("source", "unknown"),
    [
        ("{{ nmae }}", ["nmae"]),
        ("{% if nmae %}x{% endif %}", ["nmae"]),
        ("{% if 1 == 2 %}{{ hidden }}{% endif %}", ["hidden"]),
        ("{{ name|default:other }}", ["other"]),
        ("{{ card.colour }}", ["card.colour"]),
        ("{% for use in uses %}{{ use.on }}{{ forloop.first }}{% endfor %}", []),
        ("{% for x in things %}{{ x }}{% endfor %}", ["things"]),
        ("{{ name }}{{ card.number }}{{ benefits|length }}", []),
    ],
)
def test_names_that_the_event_does_not_know_are_found_in_every_branch(source, unknown):
    assert sandbox.compiled(source).unknown_names(SAMPLE) == unknown


def test_what_a_value_says_is_never_read_as_wording():
    nasty: dict[str, object] = {
        "name": "{{ card.number }}{% load static %}{# x #}",
        **{k: v for k, v in SAMPLE.items() if k != "name"},
    }
    assert filled("{{ name }}", nasty) == nasty["name"]


def test_naughty_strings_come_out_as_they_went_in(shared_data):
    wording = sandbox.compiled(
        "{{ name }}|{{ card.number|upper|lower|default:name|length }}{{ name|day|moment|joined }}"
    )
    strings = json.loads((shared_data / "nasty" / "blns" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 500
    for naughty in strings:
        text = wording.filled({"name": naughty, "card": {"number": naughty}})
        assert text.startswith(f"{naughty}|")


@pytest.mark.parametrize("value", ["2026-13-99", "", "tomorrow", None, 5, ["x"], {"a": 1}])
def test_a_date_that_is_none_is_shown_as_it_is(value):
    assert filled("{{ at|day }}{{ at|moment }}", {"at": value}) == f"{value}{value}"
