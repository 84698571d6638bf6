"""Codes that the house stores are shown to staff in words: whoever writes a new one words it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

from cards.wording import codes
from core import words

HERE = Path(__file__).resolve().parents[2]
APPS = ("core", "members", "risk", "cards", "loyalty", "service_desk", "analytics", "config")


@cache
def _calls() -> tuple[ast.Call, ...]:
    trees = [ast.parse(path.read_text()) for app in APPS for path in (HERE / app).rglob("*.py")]
    return tuple(node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))


def _said(node: ast.expr | None) -> Iterator[str]:
    """The texts that an argument can be, as far as they stand in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _said(node.body)
        yield from _said(node.orelse)


def _written(function: str, *, keyword: str = "") -> set[str]:
    found: set[str] = set()
    for call in _calls():
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name == function and not keyword:
            found |= set(_said(call.args[0] if call.args else None))
        if keyword:
            found |= {text for one in call.keywords if one.arg == keyword for text in _said(one.value)}
    return found


def test_every_action_of_the_trail_has_words():
    written = {text for text in _written("record") | _written("", keyword="action") if "." in text and " " not in text}
    written |= {f"core.alert.{text}" for text in _written("alert") if " " not in text}
    assert len(written) > 60, "the search for actions finds too little"
    assert not sorted(written - words.known(words.ACTION).keys())


FORMED = {
    "cards.*": ("cards.benefit.used", "cards.benefit.use_reversed"),
    "core.approval.*": ("core.approval.approve", "core.approval.reject", "core.approval.withdraw"),
    "members.member.change_*": ("members.member.change_phone", "members.member.change_email"),
    "members.referral.*": ("members.referral.release", "members.referral.refuse"),
    "*.*": tuple(
        f"core.{one}.{verb}" for one in ("store", "department", "post") for verb in ("add", "change", "delete")
    ),
    "core.alert.*": (),
    "**": (),  # `alert` itself
    "service_desk.department_task.*": {
        f"service_desk.department_task.{verb}" for verb in ("begin", "finish", "drop", "reopen")
    },
    "service_desk.plan.*": {f"service_desk.plan.{verb}" for verb in ("agree", "verify", "withdraw")},
    "loyalty.rewardorder.*": {
        f"loyalty.rewardorder.{verb}" for verb in ("order", "collected", "sent", "cancelled", "expired", "given-back")
    },
}
"""Actions that are put together where they are written."""


def test_every_action_put_together_has_words():
    formed = {
        "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in call.args[0].values)
        for call in _calls()
        if isinstance(call.func, ast.Attribute | ast.Name)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) == "record"
        and call.args
        and isinstance(call.args[0], ast.JoinedStr)
    }
    assert formed <= FORMED.keys()
    assert {action for actions in FORMED.values() for action in actions} <= words.known(words.ACTION).keys()


@pytest.mark.parametrize(("kind", "function"), [(words.UNSENT, "Suppress"), (words.UNSENT, "_suppress")])
def test_every_reason_not_to_send_has_words(kind, function):
    written = _written(function)
    assert written <= words.known(kind).keys()


@pytest.mark.parametrize("function", ["_set_aside", "_suspicious"])
def test_every_reason_to_doubt_a_payment_has_words(function):
    worded = words.known(words.FAILURE).keys() | {
        kind.removeprefix("payment.") for kind in words.known(words.RISK) if kind.startswith("payment.")
    }
    assert _written(function) <= worded


@translation.override("en")
def test_what_follows_a_code_stays_and_an_unknown_code_is_shown_itself():
    assert words.of(words.PROOF, "sold here: T26AB") == "sold here · T26AB"
    assert words.of(words.PROOF, "activation code") == "activation code"
    assert words.of(words.ACTION, "nobody.worded.this") == "nobody.worded.this"
    assert codes.failure("amount-mismatch CNY 129900") == "the amount differs from what was asked · ¥1,299.00"


def test_an_action_is_found_by_its_words_in_the_readers_language():
    with translation.override("en"):
        assert "cards.card.activate" in words.meaning(words.ACTION, "card activated")
    with translation.override("zh-hans"):
        word = words.of(words.ACTION, "cards.card.activate")
        assert "cards.card.activate" in words.meaning(words.ACTION, word)
