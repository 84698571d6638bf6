"""The sweeps of cards; their clocks stand in `config/tasks.py`."""

from cards.jobs import products

__all__ = ["products"]
