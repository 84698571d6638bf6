"""Clocks and sweeps of cards, a module for each part of a card's life; their clocks stand in `config/tasks.py`."""

from cards.jobs import buying, products

__all__ = ["buying", "products"]
