"""What is drawn once a process differs by language and by the values named, and by nothing else."""

from django.template import Context, Template
from django.utils import translation

DRAWN = Template("{% load i18n once %}{% once theme %}{% translate 'Cards' %} {{ theme }} {{ other }}{% endonce %}")


def draw(**values: str) -> str:
    return DRAWN.render(Context(values))


def test_the_first_drawing_stands_for_the_next() -> None:
    assert draw(theme="dark", other="a").startswith("Cards dark a")
    assert draw(theme="dark", other="b").endswith("a")


def test_each_value_and_each_language_has_its_own() -> None:
    assert draw(theme="light", other="c").endswith("light c")
    with translation.override("zh-hans"):
        assert draw(theme="light", other="d").endswith("light d")
        assert "Cards" not in draw(theme="light", other="d")


def test_only_so_many_are_kept() -> None:
    many = Template("{% load once %}{% once n %}{{ n }}{{ other }}{% endonce %}")
    for n in range(300):
        assert many.render(Context({"n": n, "other": "-"})) == f"{n}-"
    assert many.render(Context({"n": 299, "other": "+"})) == "299+"
    assert len(many.nodelist[1].drawn) == 200  # type: ignore[attr-defined]
