"""What cards refuses, in words: a module for each part of a card's life."""

from cards.wording import card, products, using

__all__ = ["card", "products", "using"]
