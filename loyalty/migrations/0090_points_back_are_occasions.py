"""Points back for a renewal become an occasion of their own, so that a refund takes back their part (LOY-08)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0004_refund_sent_at"),
        ("loyalty", "0081_files_by_name"),
        ("members", "0002_referrals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="earnoccasion",
            name="kind",
            field=models.CharField(
                choices=[
                    ("card-purchase", "card bought"),
                    ("renewal", "card renewed"),
                    ("task", "task done"),
                    ("event", "event attended"),
                    ("referral", "friend invited"),
                    ("renewal-back", "points back for a renewal"),
                ],
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="earnoccasion",
            name="order",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="earn_occasions",
                to="cards.order",
                verbose_name="order",
            ),
        ),
        migrations.AddConstraint(
            model_name="earnoccasion",
            constraint=models.UniqueConstraint(fields=("order", "kind"), name="order_gives_each_occasion_once"),
        ),
    ]
