"""What cards tells people: a module for each part of a card's life."""

from cards.messages import buying, holding, products, renewal, using

__all__ = ["buying", "holding", "products", "renewal", "using"]
