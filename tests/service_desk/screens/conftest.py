from tests.cards.counter_cast import at_counter, card, fresh_limits  # noqa: F401
from tests.service_desk.screens.cast import (  # noqa: F401
    agent,
    complaint,
    her_portal,
    his_portal,
    lead,
    on_duty,
    other_agent,
)
