import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.migrating
import core.models.worded


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_directors"),
        ("members", "0004_questions_about_service"),
        ("service_desk", "0012_quality_guards"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="EmergencyPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name (English)")),
                        (
                            "name_zh_hans",
                            models.CharField(blank=True, max_length=80, verbose_name="name (Simplified Chinese)"),
                        ),
                        (
                            "name_zh_hant",
                            models.CharField(blank=True, max_length=80, verbose_name="name (Traditional Chinese)"),
                        ),
                        ("description", models.TextField(blank=True, verbose_name="description (English)")),
                        (
                            "description_zh_hans",
                            models.TextField(blank=True, verbose_name="description (Simplified Chinese)"),
                        ),
                        (
                            "description_zh_hant",
                            models.TextField(blank=True, verbose_name="description (Traditional Chinese)"),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="keeps the plan",
                            ),
                        ),
                        (
                            "concerns_data",
                            models.BooleanField(
                                default=False,
                                help_text="A report to the authority is owed, within a time.",
                                verbose_name="personal data is concerned",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                        ("review_on", models.DateField(editable=False, null=True, verbose_name="to be gone over by")),
                        ("drilled_on", models.DateField(editable=False, null=True, verbose_name="last drilled on")),
                        ("reminded_on", models.DateField(editable=False, null=True, verbose_name="last reminded on")),
                    ],
                    options={
                        "verbose_name": "emergency plan",
                        "verbose_name_plural": "emergency plans",
                        "ordering": ["position", "code"],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="PlanVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="service_desk.emergencyplan",
                                verbose_name="emergency plan",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("waiting", "waiting for approval"),
                                    ("published", "in force"),
                                    ("replaced", "replaced"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("criteria", models.JSONField(default=dict, verbose_name="when it is how grave")),
                        ("texts", models.JSONField(default=dict, verbose_name="words for members")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        (
                            "approval",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                        ("published_at", models.DateTimeField(null=True, verbose_name="published at")),
                    ],
                    options={
                        "verbose_name": "version of an emergency plan",
                        "verbose_name_plural": "versions of emergency plans",
                        "ordering": ["plan", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "number"), name="plan_version_numbered_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("plan",),
                                name="one_version_of_a_plan_in_force",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["draft", "waiting"])),
                                fields=("plan",),
                                name="one_draft_of_a_plan",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "waiting"]),
                                    models.Q(("approval__isnull", False), ("published_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="emergency_plan_published_by_two",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="service_desk.planversion",
                                verbose_name="version",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("text", models.CharField(max_length=240, verbose_name="what is done")),
                        (
                            "post",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.post",
                                verbose_name="by which post",
                            ),
                        ),
                        ("minutes", models.PositiveIntegerField(verbose_name="within minutes")),
                    ],
                    options={
                        "verbose_name": "step of an emergency plan",
                        "verbose_name_plural": "steps of emergency plans",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "position"), name="plan_step_numbered_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calls",
                                to="service_desk.planversion",
                                verbose_name="version",
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "1 · critical"), (2, "2 · major"), (3, "3 · moderate"), (4, "4 · minor")],
                                verbose_name="severity",
                            ),
                        ),
                        ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                        ("minutes", models.PositiveSmallIntegerField(verbose_name="next level after minutes")),
                        (
                            "posts",
                            models.ManyToManyField(blank=True, related_name="+", to="core.post", verbose_name="posts"),
                        ),
                        (
                            "people",
                            models.ManyToManyField(
                                blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="persons"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "level of a contact chain",
                        "verbose_name_plural": "levels of contact chains",
                        "ordering": ["severity", "level"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "severity", "level"), name="chain_level_numbered_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("severity__gte", 1), ("severity__lte", 4)),
                                name="chain_is_for_a_severity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentYear",
                    fields=[
                        ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Incident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        (
                            "kind",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incidents",
                                to="service_desk.emergencyplan",
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.planversion",
                                verbose_name="plan in force then",
                            ),
                        ),
                        ("what", models.CharField(db_index=True, max_length=160, verbose_name="what happened")),
                        ("detail", models.TextField(blank=True, max_length=4000, verbose_name="in more words")),
                        ("is_drill", models.BooleanField(default=False, verbose_name="drill")),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "1 · critical"), (2, "2 · major"), (3, "3 · moderate"), (4, "4 · minor")],
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "worst",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "1 · critical"), (2, "2 · major"), (3, "3 · moderate"), (4, "4 · minor")],
                                verbose_name="worst severity",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("contained", "contained"),
                                    ("resolved", "resolved"),
                                    ("closed", "closed"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "commander",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who leads",
                            ),
                        ),
                        (
                            "declared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="declared by",
                            ),
                        ),
                        ("since_at", models.DateTimeField(verbose_name="since")),
                        ("declared_at", models.DateTimeField(default=core.clock.now, verbose_name="declared at")),
                        ("acknowledged_at", models.DateTimeField(null=True, verbose_name="first acknowledged at")),
                        ("contained_at", models.DateTimeField(null=True, verbose_name="contained at")),
                        ("resolved_at", models.DateTimeField(null=True, verbose_name="resolved at")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed at")),
                        ("told_at", models.DateTimeField(null=True, verbose_name="members told at")),
                        ("call_round", models.PositiveSmallIntegerField(default=1, verbose_name="round of calls")),
                        ("called_since_at", models.DateTimeField(default=core.clock.now, verbose_name="called since")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                        ("next_call_at", models.DateTimeField(null=True, verbose_name="next level called at")),
                        (
                            "report_due_at",
                            models.DateTimeField(null=True, verbose_name="to be reported to the authority by"),
                        ),
                        ("reported_at", models.DateTimeField(null=True, verbose_name="reported to the authority at")),
                        (
                            "announcement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.announcement",
                                verbose_name="announcement",
                            ),
                        ),
                        ("answers", models.JSONField(default=dict, verbose_name="prepared answer")),
                        ("key", models.CharField(editable=False, max_length=80, unique=True)),
                        (
                            "stores",
                            models.ManyToManyField(blank=True, related_name="+", to="core.store", verbose_name="where"),
                        ),
                    ],
                    options={
                        "verbose_name": "incident",
                        "verbose_name_plural": "incidents",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_call_at__isnull", False)),
                                fields=["next_call_at"],
                                name="incident_to_call",
                            ),
                            models.Index(fields=["state", "-id"], name="incident_by_state"),
                            models.Index(fields=["declared_at"], name="incident_by_moment"),
                            models.Index(
                                condition=models.Q(("report_due_at__isnull", False), ("reported_at__isnull", True)),
                                fields=["report_due_at"],
                                name="incident_to_report",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("severity__gte", 1), ("severity__lte", 4)),
                                name="incident_has_a_severity",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("worst__lte", models.F("severity"))),
                                name="incident_was_never_better_than_worst",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["resolved", "closed"]), _negated=True),
                                    ("resolved_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="resolved_incident_has_its_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="closed_incident_has_its_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_drill", False), ("told_at__isnull", True), _connector="OR"),
                                name="no_member_told_in_a_drill",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="service_desk.incident",
                                verbose_name="incident",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("declared", "declared"),
                                    ("note", "note"),
                                    ("call", "call"),
                                    ("decision", "decision"),
                                    ("called", "contact chain"),
                                    ("answered", "acknowledged"),
                                    ("leads", "takes the lead"),
                                    ("severity", "severity"),
                                    ("state", "state"),
                                    ("step", "step of the plan"),
                                    ("cases", "cases"),
                                    ("told", "members told"),
                                    ("announced", "announcement"),
                                    ("reported", "report to the authority"),
                                    ("review", "review"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=4000, verbose_name="text")),
                        ("data", models.JSONField(default=dict, verbose_name="details")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("happened_at", models.DateTimeField(verbose_name="happened at")),
                        ("written_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                    ],
                    options={
                        "verbose_name": "entry of an incident",
                        "verbose_name_plural": "entries of incidents",
                        "ordering": ["happened_at", "id"],
                        "indexes": [models.Index(fields=["incident", "happened_at"], name="incident_entry_in_order")],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="service_desk.incident",
                                verbose_name="incident",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(verbose_name="round of calls")),
                        ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who is called",
                            ),
                        ),
                        ("called_at", models.DateTimeField(default=core.clock.now, verbose_name="called at")),
                        ("acknowledged_at", models.DateTimeField(null=True, verbose_name="acknowledged at")),
                    ],
                    options={
                        "verbose_name": "call to a colleague",
                        "verbose_name_plural": "calls to colleagues",
                        "ordering": ["round", "level", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("acknowledged_at__isnull", True)),
                                fields=["person"],
                                name="call_unanswered",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "round", "level", "person"), name="colleague_called_once_a_level"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="service_desk.incident",
                                verbose_name="incident",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("text", models.CharField(max_length=240, verbose_name="what is done")),
                        (
                            "post",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.post",
                                verbose_name="by which post",
                            ),
                        ),
                        ("due_at", models.DateTimeField(verbose_name="due at")),
                        ("done_at", models.DateTimeField(null=True, verbose_name="done at")),
                        (
                            "done_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="done by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of an incident",
                        "verbose_name_plural": "steps of incidents",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("incident", "position"), name="incident_step_numbered_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="incident_step_done_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="service_desk.incident",
                                verbose_name="incident",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incident_link",
                                to="service_desk.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="linked by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="linked at")),
                    ],
                    options={
                        "verbose_name": "case of an incident",
                        "verbose_name_plural": "cases of incidents",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="review",
                                to="service_desk.incident",
                                verbose_name="incident",
                            ),
                        ),
                        ("happened", models.TextField(max_length=10000, verbose_name="what happened")),
                        ("causes", models.TextField(max_length=10000, verbose_name="causes")),
                        ("went_well", models.TextField(blank=True, max_length=10000, verbose_name="what went well")),
                        ("went_badly", models.TextField(blank=True, max_length=10000, verbose_name="what did not")),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("waiting", "waiting for approval"), ("agreed", "agreed")],
                                default="draft",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "approval",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="written by",
                            ),
                        ),
                        ("written_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                        ("agreed_at", models.DateTimeField(null=True, verbose_name="agreed at")),
                    ],
                    options={
                        "verbose_name": "review of an incident",
                        "verbose_name_plural": "reviews of incidents",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "agreed"), _negated=True),
                                    models.Q(("agreed_at__isnull", False), ("approval__isnull", False)),
                                    _connector="OR",
                                ),
                                name="incident_review_agreed_by_two",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentMeasure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="measures",
                                to="service_desk.incidentreview",
                                verbose_name="review",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("title", models.CharField(max_length=120, verbose_name="measure")),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="department that does it",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who does it",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        (
                            "task",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.task",
                                verbose_name="task",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "measure after an incident",
                        "verbose_name_plural": "measures after incidents",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("review", "position"), name="measure_numbered_once_a_review"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentTelling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tellings",
                                to="service_desk.incident",
                                verbose_name="incident",
                            ),
                        ),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("cases", "members with a case that belongs to it"),
                                    ("holders", "holders of a card product"),
                                    ("visitors", "members who used a card or bought something at stores in a period"),
                                    ("listed", "members on a list of numbers"),
                                ],
                                max_length=10,
                                verbose_name="whom",
                            ),
                        ),
                        ("chosen", models.JSONField(default=dict, verbose_name="chosen")),
                        ("texts", models.JSONField(verbose_name="words for members")),
                        ("expected", models.PositiveIntegerField(verbose_name="members concerned")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting for approval"),
                                    ("sending", "being sent"),
                                    ("sent", "sent"),
                                    ("dropped", "not sent"),
                                ],
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "approval",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="written by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                        (
                            "told_through",
                            models.PositiveBigIntegerField(default=0, verbose_name="written to, as far as number"),
                        ),
                        ("told", models.PositiveIntegerField(default=0, verbose_name="members written to")),
                        ("finished_at", models.DateTimeField(null=True, verbose_name="everybody written to at")),
                        ("key", models.CharField(editable=False, max_length=80, unique=True)),
                    ],
                    options={
                        "verbose_name": "message to members concerned",
                        "verbose_name_plural": "messages to members concerned",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "sending")), fields=["id"], name="telling_to_send"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    ("finished_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="sent_telling_has_its_moment",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberTold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "telling",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="service_desk.incidenttelling",
                                verbose_name="message",
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
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "member told",
                        "verbose_name_plural": "members told",
                        "constraints": [
                            models.UniqueConstraint(fields=("telling", "member"), name="member_told_once_a_message")
                        ],
                    },
                ),
            ],
        ),
    ]
