import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields
import core.migrating
import core.models.worded


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_directors"),
        ("service_desk", "0010_knowledge"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="project")),
                        ("goal", models.TextField(max_length=4000, verbose_name="what shall come of it")),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="leading department",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="project owner",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="begins on")),
                        ("ends_on", models.DateField(verbose_name="ends on")),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "under way"), ("done", "done"), ("stopped", "stopped")],
                                default="running",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("outcome", models.TextField(blank=True, max_length=4000, verbose_name="what came of it")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="begun by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                    ],
                    options={
                        "verbose_name": "project",
                        "verbose_name_plural": "projects",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [models.Index(fields=["state", "ends_on"], name="project_by_end")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="project_ends_no_earlier_than_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state", "running")),
                                    models.Q(
                                        models.Q(("state", "running"), _negated=True), ("ended_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="project_ends_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Milestone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="milestones",
                                to="service_desk.project",
                                verbose_name="project",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="milestone")),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        ("reached_on", models.DateField(null=True, verbose_name="reached on")),
                    ],
                    options={
                        "verbose_name": "milestone",
                        "verbose_name_plural": "milestones",
                        "ordering": ["due_on", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "name"), name="milestone_named_once_a_project")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="service_desk.project",
                                verbose_name="project",
                            ),
                        ),
                        (
                            "light",
                            models.CharField(
                                choices=[("on-track", "on track"), ("at-risk", "at risk"), ("off-track", "off track")],
                                max_length=10,
                                verbose_name="how it stands",
                            ),
                        ),
                        ("text", models.TextField(max_length=4000, verbose_name="status note")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "status note",
                        "verbose_name_plural": "status notes",
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["project", "-id"], name="project_note_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="meeting")),
                        ("held_on", models.DateField(verbose_name="held on")),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="department that invited",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="service_desk.project",
                                verbose_name="project",
                            ),
                        ),
                        ("minutes", models.TextField(max_length=20000, verbose_name="what was said")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="minutes by",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=core.clock.now, verbose_name="recorded at")),
                        (
                            "attendees",
                            models.ManyToManyField(
                                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="who was there"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "meeting",
                        "verbose_name_plural": "meetings",
                        "ordering": ["-held_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="service_desk.meeting",
                                verbose_name="meeting",
                            ),
                        ),
                        ("text", models.TextField(max_length=1000, verbose_name="decision")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "decision of a meeting",
                        "verbose_name_plural": "decisions of meetings",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("meeting", "position"), name="decision_numbered_once_a_meeting"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(db_index=True, max_length=120, verbose_name="task")),
                        ("detail", models.TextField(blank=True, max_length=4000, verbose_name="what is to be done")),
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
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="service_desk.project",
                                verbose_name="project",
                            ),
                        ),
                        (
                            "decision",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="task",
                                to="service_desk.meetingdecision",
                                verbose_name="decision",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="begins on")),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "not begun"),
                                    ("begun", "begun"),
                                    ("done", "done"),
                                    ("dropped", "given up"),
                                ],
                                default="open",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("proof", models.TextField(blank=True, max_length=4000, verbose_name="proof")),
                        ("remind_on", models.DateField(verbose_name="next reminder on")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="ended by",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                        (
                            "waits_for",
                            models.ManyToManyField(
                                blank=True, related_name="followed_by", to="service_desk.task", verbose_name="waits for"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "task",
                        "verbose_name_plural": "tasks",
                        "ordering": ["due_on", "id"],
                        "indexes": [
                            models.Index(fields=["state", "due_on", "id"], name="task_by_due"),
                            models.Index(fields=["owner", "state", "due_on"], name="task_by_owner"),
                            models.Index(fields=["department", "state", "due_on"], name="task_by_department"),
                            models.Index(
                                condition=models.Q(("state__in", ["open", "begun"])),
                                fields=["remind_on"],
                                name="task_to_remind",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("starts_on"))),
                                name="task_due_no_earlier_than_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    models.Q(("proof", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="task_done_with_proof",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state__in", ["open", "begun"])),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_by__isnull", False),
                                        ("state__in", ["done", "dropped"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_ends_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreSheet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="version")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("asked", "waits for a second person"),
                                    ("published", "published"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="what is new")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                        (
                            "approval",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="published by",
                            ),
                        ),
                        ("published_at", models.DateTimeField(null=True, verbose_name="published at")),
                    ],
                    options={
                        "verbose_name": "score sheet",
                        "verbose_name_plural": "score sheets",
                        "ordering": ["-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["draft"])),
                                fields=("state",),
                                name="score_sheet_has_one_draft",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["asked"])),
                                fields=("state",),
                                name="score_sheet_is_asked_for_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("published_by__isnull", False),
                                        ("state", "published"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "published"), _negated=True),
                                        ("published_at__isnull", True),
                                        ("published_by__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="published_score_sheet_has_its_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("author", models.F("published_by")), _negated=True),
                                name="score_sheet_needs_four_eyes",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SheetSection",
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
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sections",
                                to="service_desk.scoresheet",
                                verbose_name="sheet",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "section of a score sheet",
                        "verbose_name_plural": "sections of score sheets",
                        "ordering": ["sheet", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sheet", "position"), name="sheet_section_has_a_place_of_its_own"
                            )
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="SheetCriterion",
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
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="criteria",
                                to="service_desk.scoresheet",
                                verbose_name="sheet",
                            ),
                        ),
                        (
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="criteria",
                                to="service_desk.sheetsection",
                                verbose_name="section",
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, verbose_name="code")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="points")),
                        (
                            "scale",
                            models.CharField(
                                choices=[("yes-no", "yes or no"), ("0-3", "0 to 3")],
                                default="yes-no",
                                max_length=8,
                                verbose_name="marked",
                            ),
                        ),
                        ("may_be_left_out", models.BooleanField(default=False, verbose_name="may not apply")),
                        ("is_critical", models.BooleanField(default=False, verbose_name="critical")),
                    ],
                    options={
                        "verbose_name": "criterion of a score sheet",
                        "verbose_name_plural": "criteria of score sheets",
                        "ordering": ["sheet", "section__position", "position"],
                        "indexes": [models.Index(fields=["code", "-sheet"], name="criterion_by_code")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sheet", "code"), name="criterion_code_stands_once_on_a_sheet"
                            ),
                            models.UniqueConstraint(
                                fields=("section", "position"), name="sheet_criterion_has_a_place_of_its_own"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weight__range", (1, 100))), name="sheet_criterion_has_points"
                            ),
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="Reviewer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reviewer",
                            ),
                        ),
                        ("is_on_duty", models.BooleanField(default=True, verbose_name="on duty")),
                        (
                            "changed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="changed by",
                            ),
                        ),
                        ("changed_at", models.DateTimeField(default=core.clock.now, verbose_name="changed at")),
                    ],
                    options={
                        "verbose_name": "reviewer",
                        "verbose_name_plural": "reviewers",
                    },
                ),
                migrations.CreateModel(
                    name="ReviewSample",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("week_starts_on", models.DateField(null=True, unique=True, verbose_name="week from")),
                        (
                            "finding",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="samples",
                                to="service_desk.qualityfinding",
                                verbose_name="finding",
                            ),
                        ),
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.scoresheet",
                                verbose_name="score sheet",
                            ),
                        ),
                        ("seed", models.CharField(max_length=64, verbose_name="seed")),
                        ("rule", models.JSONField(default=dict, verbose_name="rule in force")),
                        ("frame", models.JSONField(default=list, verbose_name="cases that could be drawn")),
                        ("population", models.PositiveIntegerField(verbose_name="cases in all")),
                        ("drawn", models.PositiveIntegerField(verbose_name="cases drawn")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="drawn by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="drawn at")),
                    ],
                    options={
                        "verbose_name": "sample",
                        "verbose_name_plural": "samples",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finding__isnull", True), ("week_starts_on__isnull", False)),
                                    models.Q(("finding__isnull", False), ("week_starts_on__isnull", True)),
                                    _connector="OR",
                                ),
                                name="sample_is_of_a_week_or_of_a_finding",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("drawn__lte", models.F("population"))),
                                name="sample_is_within_its_population",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "sample",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="service_desk.reviewsample",
                                verbose_name="sample",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="service_desk.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="department",
                            ),
                        ),
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="service_desk.scoresheet",
                                verbose_name="score sheet",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("share", "drawn by lot"),
                                    ("agent", "drawn by lot, so that every colleague is seen"),
                                    ("severe", "critical case"),
                                    ("breached", "a deadline was missed"),
                                    ("unhappy", "rated low"),
                                    ("by-hand", "chosen by a colleague"),
                                    ("again", "fresh sample of a verification"),
                                ],
                                max_length=8,
                                verbose_name="why it is reviewed",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="reason given")),
                        (
                            "reviewer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reviewer",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="added by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="added at")),
                        ("due_on", models.DateField(verbose_name="to be reviewed by")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "to be reviewed"), ("done", "reviewed")],
                                default="open",
                                max_length=4,
                                verbose_name="state",
                            ),
                        ),
                        ("draft", core.fields.SealedField(blank=True, default="", verbose_name="draft")),
                        ("drafted_at", models.DateTimeField(null=True, verbose_name="draft kept at")),
                        ("handed_in_at", models.DateTimeField(null=True, verbose_name="handed in at")),
                        ("handed_in_on", models.DateField(null=True, verbose_name="handed in on")),
                        ("score", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                        ("passed", models.BooleanField(null=True, verbose_name="passed")),
                        ("rounds", models.PositiveSmallIntegerField(default=0, verbose_name="times scored")),
                        ("seen_at", models.DateTimeField(null=True, verbose_name="seen by the colleague")),
                    ],
                    options={
                        "verbose_name": "review of a case",
                        "verbose_name_plural": "reviews of cases",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["reviewer", "due_on"],
                                name="review_to_do",
                            ),
                            models.Index(fields=["agent", "-handed_in_on"], name="review_of_agent"),
                            models.Index(
                                condition=models.Q(("state", "done")),
                                fields=["handed_in_on", "id"],
                                name="review_by_day",
                            ),
                            models.Index(fields=["state", "due_on", "id"], name="review_by_due"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")), fields=("case",), name="case_has_one_open_review"
                            ),
                            models.UniqueConstraint(fields=("sample", "case"), name="case_is_drawn_once_a_sample"),
                            models.CheckConstraint(
                                condition=models.Q(("agent", models.F("reviewer")), _negated=True),
                                name="review_is_by_somebody_else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("score__isnull", True), ("score__lte", 100), _connector="OR"),
                                name="review_scores_at_most_a_hundred",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("handed_in_at__isnull", True),
                                        ("passed__isnull", True),
                                        ("rounds", 0),
                                        ("score__isnull", True),
                                        ("state", "open"),
                                    ),
                                    models.Q(
                                        ("handed_in_at__isnull", False),
                                        ("handed_in_on__isnull", False),
                                        ("passed__isnull", False),
                                        ("reviewer__isnull", False),
                                        ("rounds__gte", 1),
                                        ("score__isnull", False),
                                        ("state", "done"),
                                    ),
                                    _connector="OR",
                                ),
                                name="handed_in_review_has_its_score",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewScore",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="service_desk.casereview",
                                verbose_name="review",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                        ("percent", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("pass_mark", models.PositiveSmallIntegerField(verbose_name="passes from")),
                        ("passed", models.BooleanField(verbose_name="passed")),
                        ("comment", core.fields.SealedField(blank=True, default="", verbose_name="comment")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "score of a review",
                        "verbose_name_plural": "scores of reviews",
                        "ordering": ["review", "round"],
                        "constraints": [
                            models.UniqueConstraint(fields=("review", "round"), name="review_is_scored_once_a_round"),
                            models.CheckConstraint(
                                condition=models.Q(("round__in", [1, 2])), name="review_is_scored_twice_at_most"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("percent__lte", 100)), name="score_is_at_most_a_hundred"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "score",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="service_desk.reviewscore",
                                verbose_name="score",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.sheetcriterion",
                                verbose_name="criterion",
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, verbose_name="code")),
                        ("mark", models.CharField(max_length=3, verbose_name="mark")),
                        ("is_failed", models.BooleanField(verbose_name="failed")),
                        ("remark", core.fields.SealedField(blank=True, default="", verbose_name="remark")),
                    ],
                    options={
                        "verbose_name": "mark of a review",
                        "verbose_name_plural": "marks of reviews",
                        "ordering": ["score", "id"],
                        "indexes": [models.Index(fields=["code", "is_failed"], name="mark_by_criterion")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("score", "criterion"), name="criterion_is_marked_once_a_score"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mark__in", ["yes", "no", "0", "1", "2", "3", "na"])),
                                name="mark_is_one_of_the_scale",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewObjection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "review",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objection",
                                to="service_desk.casereview",
                                verbose_name="review",
                            ),
                        ),
                        ("words", core.fields.SealedField(verbose_name="objection")),
                        ("raised_at", models.DateTimeField(default=core.clock.now, verbose_name="raised at")),
                        ("upheld", models.BooleanField(null=True, verbose_name="upheld")),
                        ("answer", core.fields.SealedField(blank=True, default="", verbose_name="answer")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                    ],
                    options={
                        "verbose_name": "objection to a review",
                        "verbose_name_plural": "objections to reviews",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("decided_at__isnull", True)),
                                fields=["id"],
                                name="review_objection_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("decided_by__isnull", True),
                                        ("upheld__isnull", True),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("upheld__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="objection_to_a_review_is_decided_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QualityFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="finding")),
                        ("text", core.fields.SealedField(blank=True, default="", verbose_name="what was found")),
                        ("code", models.SlugField(blank=True, default="", max_length=20, verbose_name="criterion")),
                        (
                            "severity",
                            models.CharField(
                                choices=[("minor", "minor"), ("major", "major"), ("critical", "critical")],
                                default="minor",
                                max_length=8,
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="department concerned",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="service_desk.casereview",
                                verbose_name="from the review",
                            ),
                        ),
                        ("evidence", models.CharField(blank=True, default="", max_length=300, verbose_name="evidence")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="found by",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="found at")),
                        ("made_on", models.DateField(default=core.clock.today, verbose_name="found on")),
                        (
                            "task",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="finding",
                                to="service_desk.task",
                                verbose_name="measure",
                            ),
                        ),
                        ("verified_at", models.DateTimeField(null=True, verbose_name="verified at")),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="withdrawn by",
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                        (
                            "withdrawn_because",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="why it was withdrawn"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "quality finding",
                        "verbose_name_plural": "quality findings",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["department", "-id"], name="finding_of_department"),
                            models.Index(fields=["made_on"], name="finding_by_day"),
                            models.Index(fields=["code", "-id"], name="finding_by_criterion"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("code", ""), _negated=True),
                                fields=("review", "code"),
                                name="criterion_is_found_once_a_review",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("withdrawn_at__isnull", True), ("task__isnull", True), _connector="OR"
                                ),
                                name="finding_with_a_measure_stays",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FindingVerification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "finding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="verifications",
                                to="service_desk.qualityfinding",
                                verbose_name="finding",
                            ),
                        ),
                        ("is_effective", models.BooleanField(verbose_name="effective")),
                        ("said", core.fields.SealedField(verbose_name="what was seen")),
                        ("proof", models.TextField(max_length=4000, verbose_name="proof that was looked at")),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="new deadline")),
                        ("before_failed", models.PositiveIntegerField(default=0, verbose_name="failed before")),
                        ("before_of", models.PositiveIntegerField(default=0, verbose_name="reviews before")),
                        ("after_failed", models.PositiveIntegerField(default=0, verbose_name="failed since")),
                        ("after_of", models.PositiveIntegerField(default=0, verbose_name="reviews since")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="verified by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "verification",
                        "verbose_name_plural": "verifications",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("by", models.F("owner")), _negated=True),
                                name="verified_by_somebody_else_than_the_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("due_on__isnull", True), ("is_effective", True)),
                                    models.Q(("due_on__isnull", False), ("is_effective", False)),
                                    _connector="OR",
                                ),
                                name="measure_that_did_not_help_has_a_new_deadline",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("after_failed__lte", models.F("after_of")),
                                    ("before_failed__lte", models.F("before_of")),
                                ),
                                name="no_more_failed_than_were_reviewed",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
