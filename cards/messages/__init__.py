"""What cards tells people: a module for each part of a card's life."""

from cards.messages import buying, products, using

__all__ = ["buying", "products", "using"]
