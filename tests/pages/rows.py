"""Many rows of every table: each hangs on the first row of the tables it refers to, so that lists and details grow."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import models

from core import approvals, clock

APPS = ("core", "members", "risk", "cards", "loyalty", "usersessions")
# What a row needs beyond what its columns say. `i` tells the rows apart.
NEEDS: dict[str, Any] = {
    "core.AuditRecord": lambda i: {"details": {}, "chain_id": 1, "sequence": 1_000 + i},
    "core.RoleAssignment": lambda i: {"role": "clerk", "store": made("core.Store", i)},
    "core.Message": lambda i: {
        "state": "sent", "channel": "inbox", "sent_at": clock.now(), "consent_checked_at": clock.now(),
        "event": "order.paid", "purpose": "service", "member_id": None,
    },
    "core.MessageTemplate": lambda i: {"event": "order.paid"},
    "core.ParameterRevision": lambda i: {
        "area": "renewal", "values": {}, "author": made("core.User", 0), "approver": made("core.User", 1),
    },
    "core.JobRun": lambda i: {"job": "cards.remind_renewal", "state": "done"},
    "core.Approval": lambda i: {"state": "withdrawn", "kind": next(iter(approvals.kinds()))},
    "core.AuditChain": None,
    "core.Employment": lambda i: {"user": made("core.User", i)},
    "cards.OrderLine": lambda i: {"card": None, "position": 100 + i},
    "cards.Payment": lambda i: {
        "currency": "CNY", "state": "succeeded", "amount_minor": 1, "received_minor": 1, "settled_at": clock.now(),
    },
    "cards.Refund": lambda i: {"payment": made("cards.Payment", 0)},
    "cards.ProductVersion": lambda i: {"state": "rejected", "number": 100 + i},
    "cards.Price": lambda i: {"amount_minor": 29_900},
    "cards.CardReminder": lambda i: {"occasion": "renewal", "step": -i - 1},
    "cards.RenewalCharge": lambda i: {"state": "void", "notice_days": 7, "charge_on": clock.today() + dt.timedelta(400)},
    "cards.RenewalMandate": lambda i: {"ended_at": clock.now(), "ended_because": "member"},
    "cards.Card": lambda i: {
        "state": "active", "valid_from_on": clock.today(), "last_valid_on": clock.today() + dt.timedelta(300 + i),
        "number": made("cards.CardNumber", i), "order_line": made("cards.OrderLine", i), "activated_at": clock.now(),
        "holder": first(apps.get_model("members.Member")),
    },
    "cards.Term": lambda i: {
        "card": made("cards.Card", i), "starts_on": clock.today(), "last_valid_on": clock.today() + dt.timedelta(300 + i),
    },
    "loyalty.EarnRuleVersion": lambda i: {
        "definition": {"effect": "bonus", "points": 5 + i},
        "author": made("core.User", 0), "approver": made("core.User", 1), "approval": made("core.Approval", i),
    },
    "loyalty.EarnOccasion": lambda i: {"order": made("cards.Order", i)},
    "loyalty.PointTransaction": lambda i: {"kind": "accrue"},
    "loyalty.PointLot": lambda i: {"remaining": i + 1},
    "loyalty.PointEntry": lambda i: {"from_book": "issued", "to_book": "available"},
    "loyalty.Purchase": lambda i: {"currency": "CNY"},
    "loyalty.PurchaseReturnLine": lambda i: {"line": made("loyalty.PurchaseLine", i)},
    "loyalty.PurchaseLine": lambda i: {"position": 100 + i},
    "loyalty.PurchaseDiscount": lambda i: {
        "purchase": made("loyalty.Purchase", i), "spent": made("loyalty.PointTransaction", i), "points": 1,
    },
    "loyalty.CouponOffer": lambda i: {"value_minor": 100},
    "loyalty.Reward": lambda i: {"state": "on-sale"},
    "loyalty.RewardStock": lambda i: {"store": made("core.Store", i)},
    "loyalty.ImportChunk": lambda i: {"rows": "[]"},
    "loyalty.ImportFault": lambda i: {"code": "quantity_zero", "raw": "[]"},
    "loyalty.PurchaseImport": lambda i: {"state": "checked"},
    "loyalty.BenefitVersion": lambda i: {"benefit": made("loyalty.Benefit", i), "last_valid_on": None},
    "loyalty.BenefitCounter": lambda i: {"member": made("members.Member", i), "household": None},
    "loyalty.Simulation": lambda i: {
        "question": {"points": {}, "tiers": {}, "rules": {}}, "before": {"points": {}, "tiers": {}, "rules": {}},
    },
    "loyalty.SimulationMove": lambda i: {"member": made("members.Member", i)},
    "loyalty.TierHold": lambda i: {
        "member": made("members.Member", i), "author": made("core.User", 0), "approver": made("core.User", 1),
        "approval": made("core.Approval", i), "starts_on": clock.today(), "ends_on": clock.today() + dt.timedelta(30),
    },
    "loyalty.BookedSlot": lambda i: {"starts_at": clock.now() + dt.timedelta(i)},
    "loyalty.BenefitGrant": lambda i: {"starts_on": clock.today(), "last_valid_on": clock.today() + dt.timedelta(9)},
    "loyalty.BenefitReservation": lambda i: {
        "version": made("loyalty.BenefitVersion", 0), "starts_at": clock.now() + dt.timedelta(i),
    },
    "members.LegalText": lambda i: {"version": 100 + i, "bodies": {"en": "So be it."}},
}  # fmt: skip


def grow(count: int) -> None:
    """Bring every table of ours to at least so many rows, and hang every new one on the first of its relations."""
    ours = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    for model in ours:
        if NEEDS.get(model._meta.label, made) is not None:
            for i in range(model._default_manager.count(), count):
                made(model._meta.label, i)


_made: dict[tuple[str, int], Any] = {}


def forget() -> None:
    """The rows are gone."""
    _made.clear()


def made(label: str, i: int) -> Any:
    """Row `i` of a table, made when it is first asked for."""
    model: Any = apps.get_model(label)
    if (label, i) in _made:
        return _made[label, i]
    given = NEEDS.get(label, lambda i: {})(i)
    values = {field.name: _value(field, i) for field in model._meta.concrete_fields if _is_asked(field, given)}
    row = model(**{name: value for name, value in values.items() if value is not None} | given)
    row.save()
    _made[label, i] = row
    return row


def first(model: Any) -> Any:
    return model._default_manager.order_by("pk").first() or made(model._meta.label, 0)


def _is_asked(field: Any, given: dict[str, Any]) -> bool:
    if field.name in given or (field.primary_key and isinstance(field, models.AutoField)):
        return False
    if isinstance(field, models.ForeignKey):
        return not field.null or not (field.unique or _is_bound(field) or field.related_model is field.model)
    return not field.null and (not field.has_default() or (field.unique and not callable(field.default)))


def _is_bound(field: Any) -> bool:
    """Whether a rule of the table speaks of the column: such a column stays empty where it may."""
    rules = [one for one in field.model._meta.constraints if isinstance(one, models.CheckConstraint)]
    return any(f"'{field.name}" in str(one.condition) for one in rules)


def _value(field: Any, i: int) -> Any:
    if isinstance(field, models.ForeignKey):
        return made(field.related_model._meta.label, i) if field.unique else first(field.related_model)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.DateTimeField):
        return clock.now()
    if isinstance(field, models.DateField):
        return clock.today() + dt.timedelta(days=i)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField):
        return i + 1
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.GenericIPAddressField):
        return "127.0.0.1"
    if isinstance(field, models.TextField):
        return f"text {i}"
    return f"{field.name[:4]}-{i}"[: field.max_length]
