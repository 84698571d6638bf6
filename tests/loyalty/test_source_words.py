"""Whatever points come from or go to has a word for whoever reads the ledger."""

import ast
from pathlib import Path

import loyalty
from core import words
from loyalty.operations import invitations
from loyalty.policy.rules import Kind
from loyalty.queries import renewals


def test_every_source_of_a_posting_is_worded() -> None:
    sources = {kind.value for kind in Kind} | {invitations.SOURCE, renewals.SOURCE}
    for path in Path(loyalty.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Cause" and node.args:
                first = node.args[0]
                sources |= {first.value} if isinstance(first, ast.Constant) and isinstance(first.value, str) else set()
    assert len(sources) > 10
    assert {source for source in sources if words.of(words.POINTS, source) == source} - SAME == set()


SAME = {"purchase", "renewal", "event", "reward"}
"""Whose word in English is their code."""
