"""A file for every complaint there is."""

from typing import Any

from django.db import migrations


def begin_files(apps: Any, _editor: Any) -> None:
    case, file = apps.get_model("service_desk", "Case"), apps.get_model("service_desk", "Complaint")
    rows = case.objects.filter(kind="complaint", complaint__isnull=True).order_by("pk")
    opened = rows.values_list("pk", "opened_at").iterator(chunk_size=2_000)
    file.objects.bulk_create((file(case_id=pk, began_at=at) for pk, at in opened), batch_size=2_000)


class Migration(migrations.Migration):
    dependencies = [("service_desk", "0010_complaints")]
    operations = [migrations.RunPython(begin_files, migrations.RunPython.noop)]
