from django.db import migrations

from core import guards


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0020_tiers")]
    operations = [guards.append_only("loyalty_activity")]
