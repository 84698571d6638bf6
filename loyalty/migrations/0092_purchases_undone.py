"""A purchase that was undone says so (LOY-08): no cap counts it, and it was nobody's first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0091_occasions_of_points_back")]

    operations = [
        migrations.AddField(
            model_name="purchase",
            name="undone_at",
            field=models.DateTimeField(null=True, verbose_name="undone at"),
        ),
        migrations.AddConstraint(
            model_name="purchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at__isnull", True), ("returned_minor", models.F("net_minor")), _connector="OR"
                ),
                name="purchase_undone_came_back_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                condition=models.Q(("undone_at__isnull", False)),
                fields=["member", "occurred_on"],
                name="purchase_undone",
            ),
        ),
    ]
