"""What was given as points back before they were occasions becomes one each."""

from typing import Any

from django.db import migrations


def of_what_was_given(apps: Any, schema_editor: Any) -> None:
    order_model = apps.get_model("cards", "Order")
    occasion_model = apps.get_model("loyalty", "EarnOccasion")
    given = apps.get_model("loyalty", "PointTransaction").objects.filter(source="renewal-back", kind="accrue")
    for row in given.iterator(chunk_size=2_000):
        order = order_model.objects.get(pk=int(row.external_id))
        occasion_model.objects.create(
            member_id=row.member_id,
            kind="renewal-back",
            key=order.number,
            net_minor=order.total_minor,
            occurred_at=row.occurred_at,
            judged_at=row.posted_at,
            order=order,
            earned=row,
        )


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0090_points_back_are_occasions")]

    operations = [migrations.RunPython(of_what_was_given, migrations.RunPython.noop)]
