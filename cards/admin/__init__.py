"""Cards in the back office: a module for each part of a card's life."""

from cards.admin import buying

__all__ = ["buying"]
