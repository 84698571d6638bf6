"""A page that tells ahead what it will ask tells it exactly: else something would be asked twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards.models import Card
from cards.queries import cards, holder_tier, wallet
from core import ahead, clock, prepared
from core.models import Store
from members.models import Member

pytestmark = pytest.mark.django_db


@pytest.mark.postgres
def test_every_query_of_wallet_and_panel_is_asked_once_and_with_the_values_that_were_told(
    card: Card, wanqing: Member, store: Store
) -> None:
    assert wanqing.user is not None
    (mine,) = wallet.cards_of(wanqing.user)
    with CaptureQueriesContext(connection) as seen, ahead.asking(*wallet.asked(wanqing.user, mine, day=clock.today())):
        cards.panel(mine, day=clock.today(), store=None)
        holder_tier.of(mine)
        assert prepared.known.get() is not None
        assert len(prepared.known.get() or {}) == 3  # the page asks for pulse, mandate and messages itself
    asked = [query["sql"] for query in seen]
    assert sum("ahead_" in sql for sql in asked) == 1
    assert not any(name in sql for sql in asked for name in ("cards_queries_cards", "loyalty_queries", "risk_queries"))
