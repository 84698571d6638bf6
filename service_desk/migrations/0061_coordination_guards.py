from django.db import migrations

from core import guards


class Migration(migrations.Migration):
    """How a project stood, and what a meeting decided, stays as it was said."""

    dependencies = [("service_desk", "0060_coordination")]

    operations = [
        guards.append_only("service_desk_projectnote"),
        guards.append_only("service_desk_meetingdecision"),
    ]
