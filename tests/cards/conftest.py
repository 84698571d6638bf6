from tests.cards.shop import buyer, product  # noqa: F401
