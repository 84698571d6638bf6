"""What is the same on every page, drawn the first time: `{% load once %}`."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 200
"""Of one place; whoever names values of which there are many keeps nothing."""


class Once(template.Node):
    def __init__(self, nodelist: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self.drawn: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), *(value.resolve(context) for value in self.values))
        if (found := self.drawn.get(key)) is None:
            found = self.nodelist.render(context)
            if len(self.drawn) < MOST:
                self.drawn[key] = found
        return found


@register.tag
def once(parser: Parser, token: Token) -> Once:
    """`{% once theme %}…{% endonce %}`: drawn once a process for each language and the values named.

    Inside stands nothing of a person, no block, and no variable but those values and the settings.
    """
    values = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(nodelist, values)
