"""What cards tell on the workbench: sales, renewals, activations, terms that end, payments that wait."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from cards.queries import today
from core import figures
from core.figures import Figure, Table
from core.models import User

PURCHASES = {"kind__exact": "purchase"}
RENEWALS = {"kind__exact": "renewal"}
ORDERS = "admin:cards_order_changelist"

figures.register(
    Table(
        code="cards.orders",
        order=10,
        right="cards.view_order",
        by_day=today.orders_paid,
        figures=(
            Figure(code="sold", label=_("Cards sold"), column="sold", url=ORDERS, query=PURCHASES, since="paid_at"),
            Figure(
                code="sales", label=_("Sales"), column="sales", url=ORDERS, query=PURCHASES, since="paid_at", money=True
            ),
            Figure(code="renewed", label=_("Renewals"), column="renewed", url=ORDERS, query=RENEWALS, since="paid_at"),
            Figure(
                code="renewals", label=_("Renewal sales"), column="renewals", url=ORDERS, query=RENEWALS,
                since="paid_at", money=True,
            ),
        ),
    )
)  # fmt: skip
figures.register(
    Table(
        code="cards.activations",
        order=20,
        right="cards.view_activation",
        by_day=today.activations,
        figures=(
            Figure(
                code="activated", label=_("Activations"), column="activated",
                url="admin:cards_activation_changelist", since="at",
            ),
        ),
    )
)  # fmt: skip


def _terms(_user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    return today.terms_ending(days)


figures.register(
    Table(
        code="cards.terms",
        order=25,
        right="cards.view_cardreminder",
        by_day=_terms,
        figures=(
            Figure(
                code="ending", label=_("Terms that end, not renewed"), column="left",
                url="admin:cards_cardreminder_board", on="day",
            ),
        ),
    )
)  # fmt: skip
figures.register(
    Table(
        code="cards.payments",
        order=30,
        right="cards.view_payment",
        by_day=today.payments_waiting,
        figures=(
            Figure(
                code="waiting", label=_("Payments waiting for the provider"), column="waiting", waits=True,
                url="admin:cards_payment_changelist", query={"state__exact": "created"},
            ),
            Figure(
                code="set-aside", label=_("Payments set aside"), column="set_aside", waits=True, is_bad=True,
                url="admin:cards_payment_changelist", query={"state__exact": "quarantined"},
            ),
        ),
    )
)  # fmt: skip
