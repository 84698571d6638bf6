"""What cards refuses, in words: a module for each part of a card's life."""

from cards.wording import buying, card, codes, counter, products, renewal, using

__all__ = ["buying", "card", "codes", "counter", "products", "renewal", "using"]
