from django.db import migrations

from core import guards


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]
    operations = [
        guards.append_only("loyalty_pointtransaction"),
        guards.append_only("loyalty_pointentry"),
        guards.append_only("loyalty_tierchange"),
    ]
