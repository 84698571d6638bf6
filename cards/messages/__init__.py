"""What cards tells people: a module for each part of a card's life."""

from cards.messages import products

__all__ = ["products"]
