"""Clocks and sweeps of cards: a module for each part of a card's life."""

from cards.jobs import buying

__all__ = ["buying"]
