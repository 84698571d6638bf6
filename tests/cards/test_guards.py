"""The frozen columns named in the guard are the terms of a version, all of them."""

from importlib import import_module

from cards.queries import contents


def test_the_guard_names_every_term():
    guard = import_module("cards.migrations.0002_guards")
    assert set(guard.TERMS.split(", ")) == {*contents.TERMS, "product_id", "number"}
