"""What a posting moves: the words that the ledger, its rows and the verbs share."""

from dataclasses import dataclass

from loyalty.models import Book, PointLot


@dataclass(frozen=True)
class Move:
    """So many points from one book to another, out of (or into) a lot; None where no lot stands behind them."""

    from_book: Book
    to_book: Book
    points: int
    lot: PointLot | None = None
