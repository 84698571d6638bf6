"""Points are spent at a counter with the member's yes (LOY-06 · B7.2)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0004_refund_sent_at"),
        ("core", "0001_initial"),
        ("members", "0002_referrals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveBigIntegerField(verbose_name="points")),
                ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used at")),
                (
                    "clerk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="clerk",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.store",
                        verbose_name="store",
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation at the counter",
                "verbose_name_plural": "confirmations at the counter",
                "indexes": [models.Index(fields=["member", "at"], name="confirmation_by_member")],
            },
        ),
        migrations.AddField(
            model_name="spentcode",
            name="clerk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
