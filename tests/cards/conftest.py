from tests.cards.counter_cast import (  # noqa: F401
    at_counter,
    breakfast,
    card,
    document,
    fresh_limits,
    her_phone,
    sold,
)
from tests.cards.shop import buyer, product  # noqa: F401
