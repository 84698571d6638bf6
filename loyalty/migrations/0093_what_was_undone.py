"""What was undone with its file or at the counter before is marked, and what caps had counted of it is free again."""

from typing import Any

from django.db import migrations
from django.db.models import F, Q
from django.db.models.functions import Greatest

BY_FILE, AT_THE_COUNTER = r"^undo:[0-9]+:[0-9]+$", r"^undo:[0-9]+:[0-9a-f]{8}$"


def mark(apps: Any, schema_editor: Any) -> None:
    backs = apps.get_model("loyalty", "PurchaseReturn").objects.filter(
        Q(source="import", external_id__regex=BY_FILE) | Q(source="counter", external_id__regex=AT_THE_COUNTER),
        purchase__returned_minor=F("purchase__net_minor"),
        purchase__undone_at__isnull=True,
    )
    for back in backs.select_related("purchase__earned").order_by("pk").iterator(chunk_size=500):
        purchase = back.purchase
        purchase.undone_at = back.recorded_at
        purchase.save(update_fields=["undone_at"])
        if purchase.earned is not None:
            _release(apps, purchase)


def _release(apps: Any, purchase: Any) -> None:
    versions = apps.get_model("loyalty", "EarnRuleVersion").objects
    counters = apps.get_model("loyalty", "EarnCounter").objects.filter(member=purchase.member_id)
    budgets = apps.get_model("loyalty", "EarnBudget").objects
    whole = purchase.occurred_on.isoformat()
    periods = {"purchase": "", "day": whole, "month": whole[:7], "year": whole[:4], "ever": "ever"}
    for part in purchase.earned.why.get("parts", ()):
        version = versions.filter(rule__code=part["rule"], number=part["version"]).first()
        said = (version.definition if version else None) or {}
        given = max(part["points"], 0)
        if "cap_points" in said:
            row = counters.filter(rule=part["rule"], period=periods[said.get("cap_per", "day")])
            row.update(points=Greatest(F("points") - given, 0))
        if "programme_cap_points" in said:
            row = budgets.filter(rule=part["rule"], period=periods[said.get("programme_cap_per", "day")])
            row.update(points=Greatest(F("points") - given, 0))
        if "when_birthday_days" in said or (part["rule"], part["version"]) == ("birthday", 0):
            counters.filter(rule=part["rule"], period=f"b{whole[:4]}").delete()


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0092_purchases_undone")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
