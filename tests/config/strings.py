"""Every text that sources mark for translation, found without gettext: Python by its syntax tree, templates by Django."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

# How many leading arguments are a context, and how many are texts.
SHAPES = {"gettext": (0, 1), "pgettext": (1, 1), "ngettext": (0, 2), "npgettext": (1, 2)}
FUNCTIONS = {name + kind: shape for name, shape in SHAPES.items() for kind in ("", "_lazy")} | {"gettext_noop": (0, 1)}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_A_TEMPLATE = re.compile(rf"\b(_|n?p?gettext)\((\s*{LITERAL}(?:\s*,\s*{LITERAL})*)", re.DOTALL)

Marked = tuple[str, str]  # context or "", text


def in_python(source: str) -> Iterator[Marked]:
    tree = ast.parse(source)
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            known |= {name.asname or name.name: name.name for name in node.names if name.name in FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = ""
        if isinstance(node.func, ast.Name):
            function = known.get(node.func.id, "")
        elif isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS:
            function = node.func.attr
        if function:
            contexts, texts = FUNCTIONS[function]
            given = [one.value for one in node.args[: contexts + texts] if isinstance(one, ast.Constant)]
            if len(given) == contexts + texts and all(isinstance(one, str) for one in given):
                yield str(given[0]) if contexts else "", str(given[contexts])


def in_a_template(source: str) -> Iterator[Marked]:
    for function, arguments in IN_A_TEMPLATE.findall(templatize(source)):
        contexts, _texts = FUNCTIONS.get(function, (0, 1))
        given = ast.literal_eval(f"({arguments},)")
        yield given[0] if contexts else "", given[contexts]


@functools.cache
def marked_in(*places: Path) -> frozenset[Marked]:
    """All of them in the Python modules and HTML templates under `places`."""
    found: set[Marked] = set()
    for place in places:
        for file in place.rglob("*.py") if place.is_dir() else [place]:
            found |= set(in_python(file.read_text(encoding="utf-8")))
        for file in place.rglob("*.html"):
            found |= set(in_a_template(file.read_text(encoding="utf-8")))
    return frozenset(found)
