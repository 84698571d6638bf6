"""The wording language: variables, a few filters, `if` and `for` over plain JSON, and nothing else.

Staff write wording, so it must not reach code, files, settings or other templates: there is no `load`, `include`,
`extends`, `url` or `now`, a dot only steps into JSON objects and lists (never to an attribute or a method), and no
filter can be made to produce more than it was given.
"""

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

from django.template import Context, Engine, Library, Template, TemplateSyntaxError, defaultfilters, defaulttags
from django.template.base import FilterExpression, Lexer, NodeList, Parser, Variable, VariableDoesNotExist
from django.template.context import BaseContext
from django.utils.dateparse import parse_date, parse_datetime

from core import show

MAX_SOURCE = 8_000
MAX_LOOP_DEPTH = 2
MAX_TAGS = 200

library = Library()
library.tag("if", defaulttags.do_if)
library.filter("default", defaultfilters.default)
library.filter("upper", defaultfilters.upper)
library.filter("lower", defaultfilters.lower)
library.filter("length", defaultfilters.length)
library.filter("first", defaultfilters.first)
library.filter("last", defaultfilters.last)
library.filter("pluralize", defaultfilters.pluralize)


@library.tag("for")
def _for(parser: Parser, token: Any) -> defaulttags.ForNode:
    depth = parser.extra_data.get("loop_depth", 0) + 1
    if depth > MAX_LOOP_DEPTH:
        raise TemplateSyntaxError(f"'for' may be nested {MAX_LOOP_DEPTH} deep at most")
    parser.extra_data["loop_depth"] = depth
    node = defaulttags.do_for(parser, token)
    parser.extra_data["loop_depth"] = depth - 1
    parser.extra_data.setdefault("loop_names", set()).update(node.loopvars)
    return node


@library.filter
def joined(values: Any, separator: str = ", ") -> str:
    """A list as text: `{{ benefits|joined:"、" }}`."""
    return str(separator).join(str(value) for value in values) if isinstance(values, list) else str(values)


@library.filter
def day(value: Any) -> str:
    """An ISO date as the reader's language writes it."""
    try:
        found = parse_date(str(value)[:10])
    except ValueError:
        found = None
    return show.day(found) if found else str(value)


@library.filter
def moment(value: Any) -> str:
    """An ISO date and time as the reader's language writes it, in the business time zone."""
    try:
        found = parse_datetime(str(value))
    except ValueError:
        found = None
    if found is None:
        return str(value)
    return show.moment(found if found.tzinfo else found.replace(tzinfo=dt.UTC))


@library.filter
def money(value: Any, currency: str = "") -> str:
    """Minor units as the reader's language writes them, in the programme's currency unless named."""
    if type(value) is not int:
        return str(value)
    try:
        return show.money(value, currency or None)
    except ValueError:
        return str(value)


class JsonVariable(Variable):
    """A name and dots that step through JSON objects and lists only."""

    __slots__ = ()

    def _resolve_lookup(self, context: Any) -> Any:
        current = context
        for step in self.lookups or ():
            try:
                if isinstance(current, BaseContext | dict):
                    current = current[step]
                elif isinstance(current, list):
                    current = current[int(step)]
                else:
                    raise VariableDoesNotExist("%s", (self.var,))
            except (KeyError, IndexError, ValueError) as error:
                raise VariableDoesNotExist("%s", (self.var,)) from error
        return current


class Expression(FilterExpression):
    __slots__ = ()

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        if isinstance(self.var, Variable):
            self.var = JsonVariable(self.var.var)
        self.filters = [
            (function, [(looked_up, JsonVariable(arg.var) if looked_up else arg) for looked_up, arg in args])
            for function, args in self.filters
        ]
        parser.extra_data.setdefault("expressions", []).append(self)

    def variables(self) -> list[JsonVariable]:
        found = [self.var, *(arg for _, args in self.filters for looked_up, arg in args if looked_up)]
        return [variable for variable in found if isinstance(variable, JsonVariable) and variable.lookups]


class SandboxParser(Parser):
    def compile_filter(self, token: str) -> FilterExpression:
        return Expression(token, self)


class Wording(Template):
    """Compiled wording. Raises TemplateSyntaxError for anything outside the language."""

    def compile_nodelist(self) -> NodeList:
        if len(self.source) > MAX_SOURCE:
            raise TemplateSyntaxError(f"more than {MAX_SOURCE} characters")
        tokens = Lexer(self.source).tokenize()
        if len(tokens) > MAX_TAGS * 2:
            raise TemplateSyntaxError(f"more than {MAX_TAGS} variables and tags")
        parser = SandboxParser(tokens, {}, [library], self.origin)
        nodelist = parser.parse()
        self.extra_data = parser.extra_data
        return nodelist

    def unknown_names(self, known: Mapping[str, Any]) -> list[str]:
        """The variables that `known` does not hold, as written; the names a loop gives are known."""
        own = self.extra_data.get("loop_names", set()) | {"forloop"}
        variables = [v for expression in self.extra_data.get("expressions", []) for v in expression.variables()]
        unknown = []
        for variable in variables:
            if variable.lookups and variable.lookups[0] in own:
                continue
            try:
                variable.resolve(dict(known))
            except VariableDoesNotExist:
                unknown.append(str(variable))
        return list(dict.fromkeys(unknown))

    def filled(self, context: Mapping[str, Any]) -> str:
        return self.render(Context(dict(context), autoescape=False, use_l10n=True))


_engine = Engine(libraries={}, autoescape=False)


@functools.lru_cache(maxsize=512)
def compiled(source: str) -> Wording:
    """The wording ready to be filled; it holds nothing of what it was filled with."""
    return Wording(source, engine=_engine)
