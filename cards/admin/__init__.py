"""The back office of cards: a module for each part of a card's life."""

from cards.admin import buying, living, numbers, products, renewal, today

__all__ = ["buying", "living", "numbers", "products", "renewal", "today"]
