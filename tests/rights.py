"""Every right that the code asks for, found in the code and in its registers: what the role map is measured against."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename

from cards.admin import deciding
from config import navigation
from core import access, approvals, sweeps, worklists
from core.admin.base import Audited
from members import panels

ROOT = Path(__file__).resolve().parent.parent
APPS = ("core", "members", "risk", "cards", "loyalty", "service_desk", "analytics")
RIGHT = re.compile(r"[a-z_]+\.[a-z]+(?:_[a-z]+)+|counter\.[a-z_]+")
ASKING = {"require": 1, "allows": 1, "holders": 0, "has_perm": 0, "viewer": 1, "_allowed": 1}
"""Functions that ask for a right, and at which place it stands."""
NAMED = {"right", "permission"}
DECLARED = re.compile(r"([A-Z]+_)?(RIGHT|VIEW|MANAGE|PROPOSE|RECONCILE)")


def asked() -> dict[str, str]:
    """Right → where it is asked for first."""
    found: dict[str, str] = {}
    for right, where in [*_of_code(), *_of_registers(), *_of_model_pages()]:
        found.setdefault(right, where)
    return found


def _of_code() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            source = path.read_text(encoding="utf-8")
            for line, node in _places(ast.parse(source)):
                for right in _rights(node, name):
                    yield right, f"{path.relative_to(ROOT)}:{line}"


def _places(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = ASKING.get(called)
            if place is not None and len(node.args) > place:
                yield node.lineno, node.args[place]
            yield from ((node.lineno, word.value) for word in node.keywords if word.arg in NAMED)
        elif isinstance(node, ast.Assign) and isinstance(name := node.targets[0], ast.Name):
            yield from [(node.lineno, node.value)] if DECLARED.fullmatch(name.id) or name.id in NAMED else []


def _rights(node: ast.expr, module: str) -> list[str]:
    """The right an expression names: a literal, a constant of the module, or one of an imported module."""
    if isinstance(node, ast.Constant):
        value: Any = node.value
    elif isinstance(node, ast.JoinedStr):
        return []  # `grant.<role>` and `cards.<verb>_number` are named by their registers
    else:
        value = _value(node, importlib.import_module(module))
    return [value] if isinstance(value, str) and RIGHT.fullmatch(value) else []


def _value(node: ast.expr, module: ModuleType) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        return getattr(_value(node.value, module), node.attr, None)
    return None


def _of_registers() -> Iterator[tuple[str, str]]:
    for code in access.roles():
        yield f"grant.{code}", "core.staff"
    for kind in approvals.kinds().values():
        yield kind.right, f"approval {kind.code}"
    for one in worklists.registered():
        if one.right:
            yield one.right, f"worklist {one.code}"
    for sweep in sweeps.registered():
        yield sweep.right, f"sweep {sweep.name}"
    for panel in panels._panels.values():
        yield panel.right, f"panel {panel.code}"
    for _title, entries in navigation.BACK_OFFICE:
        for entry in entries:
            if entry.permission:
                yield entry.permission, f"navigation {entry.url_name}"
    for decision in (*deciding.OF_ORDER, *deciding.OF_PAYMENT, *deciding.OF_REFUND):
        yield decision.right, f"decision {decision.verb}"


def _of_model_pages() -> Iterator[tuple[str, str]]:
    for model, page in admin.site._registry.items():
        verbs = ("view", "add", "change", "delete") if isinstance(page, Audited) else ("view",)
        for verb in verbs:
            space = getattr(page, "space", model._meta.app_label)
            yield f"{space}.{get_permission_codename(verb, model._meta)}", f"page of {model.__name__}"
