"""What must always hold of cards, checked by `manage.py verify`: a module for each part of a card's life."""

from cards.invariants import buying, living, products, renewal

__all__ = ["buying", "living", "products", "renewal"]
