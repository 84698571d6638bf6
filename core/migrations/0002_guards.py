from django.db import migrations

from core import guards


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [guards.append_only("core_auditrecord"), guards.append_only("core_parameterrevision")]
