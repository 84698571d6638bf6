"""Clocks and sweeps of cards: a module for each part of a card's life."""

from cards.jobs import buying, products, renewal

__all__ = ["buying", "products", "renewal"]
