"""What cards tells people: a module for each part of a card's life."""

from cards.messages import buying, products, renewal, using

__all__ = ["buying", "products", "renewal", "using"]
