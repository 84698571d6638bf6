from django.db import migrations

from core import guards


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0010_rewards")]
    operations = [guards.append_only("loyalty_rewardstockmove")]
