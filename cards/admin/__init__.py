"""The back office of cards: a module for each part of a card's life."""

from cards.admin import numbers, products

__all__ = ["numbers", "products"]
