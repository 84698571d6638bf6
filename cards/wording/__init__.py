"""What cards refuses, in words: a module for each part of a card's life."""

from cards.wording import buying, card, counter, products, renewal, using

__all__ = ["buying", "card", "counter", "products", "renewal", "using"]
