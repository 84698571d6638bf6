"""A reward of an invitation may be taken back (MEM-10)."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_referrals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="referral",
            name="rewarded_invitation_says_when",
        ),
        migrations.AddField(
            model_name="referral",
            name="withdrawn_at",
            field=models.DateTimeField(null=True, verbose_name="reward taken back at"),
        ),
        migrations.AlterField(
            model_name="referral",
            name="state",
            field=models.CharField(
                choices=[
                    ("joined", "joined"),
                    ("held", "held for review"),
                    ("rewarded", "rewarded"),
                    ("refused", "refused"),
                    ("withdrawn", "reward taken back"),
                ],
                default="joined",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(condition=models.Q(("state", "rewarded")), fields=["id"], name="invitation_rewarded"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rewarded_at__isnull", False), ("state__in", ["rewarded", "withdrawn"])),
                    models.Q(
                        models.Q(("state__in", ["rewarded", "withdrawn"]), _negated=True), ("rewarded_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="rewarded_invitation_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                    models.Q(models.Q(("state", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)),
                    _connector="OR",
                ),
                name="withdrawn_invitation_says_when",
            ),
        ),
    ]
