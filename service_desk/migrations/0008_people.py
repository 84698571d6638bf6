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
        ("service_desk", "0007_survey_guards"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Course",
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
                            "competence",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="courses",
                                to="core.competence",
                                verbose_name="leads to the certificate",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("open", "open"), ("retired", "retired")],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("due_days", models.PositiveSmallIntegerField(default=14, verbose_name="days to finish it")),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="made by",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "course",
                        "verbose_name_plural": "courses",
                        "ordering": ["code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_days__range", (1, 366))), name="course_is_done_within_a_year"
                            )
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="CourseStep",
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
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="service_desk.course",
                                verbose_name="course",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("read", "reading"),
                                    ("class", "class"),
                                    ("quiz", "quiz"),
                                    ("check", "practical check"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "questions",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="questions drawn"),
                        ),
                        (
                            "pass_percent",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="right answers that pass (%)"
                            ),
                        ),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes to answer"),
                        ),
                        (
                            "tries",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="tries at most"),
                        ),
                        (
                            "wait_minutes",
                            models.PositiveIntegerField(default=0, verbose_name="minutes to wait after a failure"),
                        ),
                        ("retired_at", models.DateTimeField(null=True, verbose_name="no longer since")),
                    ],
                    options={
                        "verbose_name": "step of a course",
                        "verbose_name_plural": "steps of a course",
                        "ordering": ["course", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("course", "position"),
                                name="course_step_has_a_place_of_its_own",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "quiz"), _negated=True),
                                    models.Q(("pass_percent__range", (1, 100)), ("questions__range", (1, 100))),
                                    _connector="OR",
                                ),
                                name="quiz_step_says_how_many_and_what_passes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__isnull", True), ("minutes__gt", 0), _connector="OR"),
                                name="quiz_time_is_some_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tries__isnull", True), ("tries__gt", 0), _connector="OR"),
                                name="quiz_has_a_try_at_least",
                            ),
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="CourseMaterial",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="materials",
                                to="service_desk.coursestep",
                                verbose_name="step",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        ("body", models.TextField(verbose_name="text (English)")),
                        ("body_zh_hans", models.TextField(blank=True, verbose_name="text (Simplified Chinese)")),
                        ("body_zh_hant", models.TextField(blank=True, verbose_name="text (Traditional Chinese)")),
                        ("file", models.CharField(blank=True, max_length=80, verbose_name="file")),
                        ("file_name", models.CharField(blank=True, max_length=120, verbose_name="name of the file")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                    ],
                    options={
                        "verbose_name": "course material",
                        "verbose_name_plural": "course material",
                        "ordering": ["step", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("step", "number"), name="course_material_is_numbered_once")
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="QuizQuestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="questions",
                                to="service_desk.course",
                                verbose_name="course",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.quizquestionversion",
                                verbose_name="newest version",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="is asked")),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "quiz question",
                        "verbose_name_plural": "quiz questions",
                        "ordering": ["course", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="QuizQuestionVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="service_desk.quizquestion",
                                verbose_name="question",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("single", "one choice"),
                                    ("multiple", "several choices"),
                                    ("truth", "true or false"),
                                    ("number", "a number"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("text", models.TextField(verbose_name="question (English)")),
                        ("text_zh_hans", models.TextField(blank=True, verbose_name="question (Simplified Chinese)")),
                        ("text_zh_hant", models.TextField(blank=True, verbose_name="question (Traditional Chinese)")),
                        ("explanation", models.TextField(blank=True, verbose_name="explanation (English)")),
                        (
                            "explanation_zh_hans",
                            models.TextField(blank=True, verbose_name="explanation (Simplified Chinese)"),
                        ),
                        (
                            "explanation_zh_hant",
                            models.TextField(blank=True, verbose_name="explanation (Traditional Chinese)"),
                        ),
                        ("choices", models.JSONField(default=list, verbose_name="choices")),
                        ("answer", models.CharField(blank=True, max_length=20, verbose_name="right answer")),
                        ("tolerance", models.CharField(blank=True, max_length=20, verbose_name="may be off by")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                    ],
                    options={
                        "verbose_name": "version of a question",
                        "verbose_name_plural": "versions of a question",
                        "ordering": ["question", "-number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("question", "number"), name="question_version_numbered_once"
                            )
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="PracticalItem",
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
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="service_desk.coursestep",
                                verbose_name="step",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("is_critical", models.BooleanField(default=False, verbose_name="must be right")),
                        ("retired_at", models.DateTimeField(null=True, verbose_name="no longer since")),
                    ],
                    options={
                        "verbose_name": "line of a check sheet",
                        "verbose_name_plural": "lines of a check sheet",
                        "ordering": ["step", "position", "id"],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="OnboardingRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rules",
                                to="service_desk.course",
                                verbose_name="course",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.post",
                                verbose_name="post",
                            ),
                        ),
                        ("role", models.CharField(blank=True, max_length=40, verbose_name="role")),
                        ("within_days", models.PositiveSmallIntegerField(default=14, verbose_name="within days")),
                        ("starts_on", models.DateField(default=core.clock.today, verbose_name="from")),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="set by",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
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
                    ],
                    options={
                        "verbose_name": "on-boarding rule",
                        "verbose_name_plural": "on-boarding rules",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("post__isnull", False), ("role", "")),
                                    models.Q(("post__isnull", True), models.Q(("role", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="onboarding_rule_is_for_a_post_or_a_role",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="onboarding_rule_is_ended_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Enrolment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="service_desk.course",
                                verbose_name="course",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("by-hand", "enrolled by a colleague"),
                                    ("own", "own wish"),
                                    ("onboarding", "on-boarding"),
                                    ("refresher", "refresher"),
                                ],
                                max_length=12,
                                verbose_name="because of",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due on")),
                        ("enrolled_at", models.DateTimeField(default=core.clock.now, verbose_name="enrolled at")),
                        (
                            "enrolled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="enrolled by",
                            ),
                        ),
                        ("told", models.CharField(blank=True, max_length=6, verbose_name="reminded")),
                        ("completed_at", models.DateTimeField(null=True, verbose_name="done at")),
                        (
                            "certificate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.certificate",
                                verbose_name="certificate",
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
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
                        (
                            "withdrawn_because",
                            models.CharField(blank=True, max_length=300, verbose_name="withdrawn because"),
                        ),
                    ],
                    options={
                        "verbose_name": "enrolment",
                        "verbose_name_plural": "enrolments",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("completed_at__isnull", True), ("withdrawn_at__isnull", True)),
                                fields=["due_on", "id"],
                                name="enrolment_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("completed_at__isnull", True), ("withdrawn_at__isnull", True)),
                                fields=("user", "course"),
                                name="enrolled_in_a_course_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("withdrawn_at__isnull", True), ("completed_at__isnull", True), _connector="OR"
                                ),
                                name="enrolment_is_done_or_withdrawn",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("certificate__isnull", True), ("completed_at__isnull", False), _connector="OR"
                                ),
                                name="certificate_follows_a_course_that_is_done",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StepDone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="done",
                                to="service_desk.enrolment",
                                verbose_name="enrolment",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.coursestep",
                                verbose_name="step",
                            ),
                        ),
                        ("done_at", models.DateTimeField(default=core.clock.now, verbose_name="done at")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="noted by",
                            ),
                        ),
                        ("details", models.JSONField(default=dict, verbose_name="details")),
                    ],
                    options={
                        "verbose_name": "step that is done",
                        "verbose_name_plural": "steps that are done",
                        "constraints": [
                            models.UniqueConstraint(fields=("enrolment", "step"), name="step_is_done_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClassSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sessions",
                                to="service_desk.coursestep",
                                verbose_name="step",
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins at")),
                        ("minutes", models.PositiveSmallIntegerField(default=60, verbose_name="minutes")),
                        ("place", models.CharField(max_length=120, verbose_name="place")),
                        (
                            "trainer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="trainer",
                            ),
                        ),
                        ("seats", models.PositiveSmallIntegerField(verbose_name="seats")),
                        ("taken", models.PositiveSmallIntegerField(default=0, verbose_name="taken")),
                        (
                            "state",
                            models.CharField(
                                choices=[("planned", "planned"), ("held", "held"), ("cancelled", "cancelled")],
                                default="planned",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="planned by",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="planned at")),
                    ],
                    options={
                        "verbose_name": "class session",
                        "verbose_name_plural": "class sessions",
                        "ordering": ["-starts_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "planned")),
                                fields=["starts_at", "id"],
                                name="class_planned",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("taken__lte", models.F("seats"))), name="class_is_never_overbooked"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gt", 0), ("seats__gt", 0)),
                                name="class_has_seats_and_takes_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClassSeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="booked",
                                to="service_desk.classsession",
                                verbose_name="class",
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="booked",
                                to="service_desk.enrolment",
                                verbose_name="enrolment",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("booked", "booked"),
                                    ("attended", "was there"),
                                    ("missed", "was not there"),
                                    ("given-up", "given up"),
                                ],
                                default="booked",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("booked_at", models.DateTimeField(default=core.clock.now, verbose_name="booked at")),
                        (
                            "marked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="noted by",
                            ),
                        ),
                        ("marked_at", models.DateTimeField(null=True, verbose_name="noted at")),
                    ],
                    options={
                        "verbose_name": "seat in a class",
                        "verbose_name_plural": "seats in a class",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "given-up"), _negated=True),
                                fields=("session", "enrolment"),
                                name="class_is_booked_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["attended", "missed"]), _negated=True),
                                    ("marked_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="attendance_is_noted_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuizAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="service_desk.enrolment",
                                verbose_name="enrolment",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="service_desk.coursestep",
                                verbose_name="quiz",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="try")),
                        ("started_at", models.DateTimeField(default=core.clock.now, verbose_name="begun at")),
                        ("ends_at", models.DateTimeField(null=True, verbose_name="time is over at")),
                        ("pass_percent", models.PositiveSmallIntegerField(verbose_name="right answers that pass (%)")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="handed in at")),
                        ("score_bps", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                        ("passed", models.BooleanField(null=True, verbose_name="passed")),
                    ],
                    options={
                        "verbose_name": "quiz attempt",
                        "verbose_name_plural": "quiz attempts",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["ends_at", "id"],
                                name="attempt_running",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("enrolment", "step", "number"), name="attempt_is_numbered_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("enrolment", "step"),
                                name="one_attempt_runs_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("passed__isnull", True),
                                        ("score_bps__isnull", True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("passed__isnull", False),
                                        ("score_bps__lte", 10000),
                                    ),
                                    _connector="OR",
                                ),
                                name="attempt_is_graded_when_it_is_closed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuizAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "attempt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="service_desk.quizattempt",
                                verbose_name="attempt",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.quizquestion",
                                verbose_name="question",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.quizquestionversion",
                                verbose_name="version",
                            ),
                        ),
                        ("order", models.JSONField(default=list, verbose_name="order of the choices")),
                        ("answer", models.JSONField(null=True, verbose_name="answer")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                        ("is_right", models.BooleanField(null=True, verbose_name="right")),
                    ],
                    options={
                        "verbose_name": "quiz answer",
                        "verbose_name_plural": "quiz answers",
                        "ordering": ["attempt", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("attempt", "position"), name="answer_has_a_place_of_its_own"
                            ),
                            models.UniqueConstraint(
                                fields=("attempt", "question"), name="question_is_drawn_once_in_an_attempt"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PracticalCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checks",
                                to="service_desk.enrolment",
                                verbose_name="enrolment",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.coursestep",
                                verbose_name="step",
                            ),
                        ),
                        (
                            "trainee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "assessor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="assessor",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="store",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                        ("marks", models.JSONField(default=list, verbose_name="marks")),
                        ("comment", core.fields.SealedField(blank=True, verbose_name="comment")),
                        ("passed", models.BooleanField(verbose_name="passed")),
                    ],
                    options={
                        "verbose_name": "practical check",
                        "verbose_name_plural": "practical checks",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("trainee", models.F("assessor")), _negated=True),
                                name="practical_check_is_by_somebody_else",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PostStandard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standards",
                                to="core.post",
                                verbose_name="post",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                    ],
                    options={
                        "verbose_name": "standard of a post",
                        "verbose_name_plural": "standards of posts",
                        "ordering": ["post", "-starts_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("post", "starts_on"), name="post_has_one_standard_from_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StandardCriterion",
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
                            "standard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="criteria",
                                to="service_desk.poststandard",
                                verbose_name="standard",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="weight")),
                    ],
                    options={
                        "verbose_name": "criterion",
                        "verbose_name_plural": "criteria",
                        "ordering": ["standard", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("standard", "position"), name="criterion_has_a_place_of_its_own"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weight__range", (1, 100))), name="criterion_has_a_weight"
                            ),
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="SpotCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="spot_checks",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "assessor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="assessor",
                            ),
                        ),
                        (
                            "standard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.poststandard",
                                verbose_name="standard",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="store",
                            ),
                        ),
                        ("checked_at", models.DateTimeField(default=core.clock.now, verbose_name="checked at")),
                        ("checked_on", models.DateField(default=core.clock.today, verbose_name="checked on")),
                        ("score_bps", models.PositiveSmallIntegerField(verbose_name="score")),
                        ("comment", core.fields.SealedField(blank=True, verbose_name="comment")),
                        ("seen_at", models.DateTimeField(null=True, verbose_name="seen at")),
                        ("void_at", models.DateTimeField(null=True, verbose_name="void since")),
                    ],
                    options={
                        "verbose_name": "spot check",
                        "verbose_name_plural": "spot checks",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("void_at__isnull", True)),
                                fields=["checked_on"],
                                name="spot_check_counts",
                            ),
                            models.Index(fields=["person", "-id"], name="spot_check_of_person"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "assessor", "checked_on"),
                                name="spot_checked_once_a_day_by_one_assessor",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("person", models.F("assessor")), _negated=True),
                                name="spot_check_is_by_somebody_else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("score_bps__lte", 10000)), name="spot_check_is_a_share"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SpotCheckMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "check_of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="service_desk.spotcheck",
                                verbose_name="spot check",
                            ),
                        ),
                        (
                            "criterion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.standardcriterion",
                                verbose_name="criterion",
                            ),
                        ),
                        ("mark", models.PositiveSmallIntegerField(verbose_name="mark")),
                    ],
                    options={
                        "verbose_name": "mark of a spot check",
                        "verbose_name_plural": "marks of a spot check",
                        "ordering": ["check_of", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("check_of", "criterion"), name="criterion_is_marked_once"),
                            models.CheckConstraint(
                                condition=models.Q(("mark__range", (1, 5))), name="mark_is_from_one_to_five"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KpiTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kpi",
                            models.CharField(
                                choices=[
                                    ("new_members", "new members"),
                                    ("sales_count", "cards sold"),
                                    ("sales_minor", "sales"),
                                    ("activations", "activations"),
                                    ("renewals", "renewals"),
                                    ("satisfaction", "satisfaction of members"),
                                    ("first_response", "first responses in time"),
                                    ("complaints", "complaints in a thousand served"),
                                    ("training", "courses done"),
                                    ("knowledge", "quizzes"),
                                    ("spot_checks", "spot checks"),
                                    ("reviews", "reviews of cases"),
                                ],
                                max_length=20,
                                verbose_name="figure",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("person", "person"), ("store", "store"), ("department", "department")],
                                max_length=12,
                                verbose_name="whose",
                            ),
                        ),
                        (
                            "span",
                            models.CharField(
                                choices=[("month", "month"), ("year", "year")],
                                default="month",
                                max_length=6,
                                verbose_name="for each",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.post",
                                verbose_name="post",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="store",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="department",
                            ),
                        ),
                        ("value", models.BigIntegerField(blank=True, null=True, verbose_name="target")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
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
                            "approver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="approver",
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=core.clock.now, verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "target",
                        "verbose_name_plural": "targets",
                        "ordering": ["kpi", "kind", "-starts_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("author", models.F("approver")), _negated=True),
                                name="target_needs_four_eyes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("value__gte", 0)), name="target_is_not_below_nothing"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("department__isnull", True),
                                        ("kind", "person"),
                                        ("store__isnull", True),
                                        models.Q(("person__isnull", True), ("post__isnull", True), _connector="OR"),
                                    ),
                                    models.Q(
                                        ("department__isnull", True),
                                        ("kind", "store"),
                                        ("person__isnull", True),
                                        ("post__isnull", True),
                                    ),
                                    models.Q(
                                        ("kind", "department"),
                                        ("person__isnull", True),
                                        ("post__isnull", True),
                                        ("store__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_is_for_what_its_kind_says",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreCard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("person", "person"), ("store", "store"), ("department", "department")],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="score_cards",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="store",
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
                            "span",
                            models.CharField(
                                choices=[("month", "month"), ("year", "year")], max_length=6, verbose_name="for each"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        (
                            "at_store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="served at",
                            ),
                        ),
                        (
                            "of_department",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="belonged to",
                            ),
                        ),
                        ("total_bps", models.PositiveIntegerField(null=True, verbose_name="reached")),
                        ("written_at", models.DateTimeField(default=core.clock.now, verbose_name="written at")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed at")),
                    ],
                    options={
                        "verbose_name": "score-card",
                        "verbose_name_plural": "score-cards",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(fields=["person", "span", "-starts_on"], name="score_card_of_person"),
                            models.Index(fields=["span", "starts_on", "kind"], name="score_card_of_period"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("department__isnull", True),
                                        ("kind", "person"),
                                        ("person__isnull", False),
                                        ("store__isnull", True),
                                    ),
                                    models.Q(
                                        ("department__isnull", True),
                                        ("kind", "store"),
                                        ("person__isnull", True),
                                        ("store__isnull", False),
                                    ),
                                    models.Q(
                                        ("department__isnull", False),
                                        ("kind", "department"),
                                        ("person__isnull", True),
                                        ("store__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="score_card_has_one_subject",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "person")),
                                fields=("person", "span", "starts_on"),
                                name="score_card_once_a_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "store")),
                                fields=("store", "span", "starts_on"),
                                name="score_card_once_a_store",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "department")),
                                fields=("department", "span", "starts_on"),
                                name="score_card_once_a_department",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "card",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="figures",
                                to="service_desk.scorecard",
                                verbose_name="score-card",
                            ),
                        ),
                        (
                            "kpi",
                            models.CharField(
                                choices=[
                                    ("new_members", "new members"),
                                    ("sales_count", "cards sold"),
                                    ("sales_minor", "sales"),
                                    ("activations", "activations"),
                                    ("renewals", "renewals"),
                                    ("satisfaction", "satisfaction of members"),
                                    ("first_response", "first responses in time"),
                                    ("complaints", "complaints in a thousand served"),
                                    ("training", "courses done"),
                                    ("knowledge", "quizzes"),
                                    ("spot_checks", "spot checks"),
                                    ("reviews", "reviews of cases"),
                                ],
                                max_length=20,
                                verbose_name="figure",
                            ),
                        ),
                        ("value", models.BigIntegerField(null=True, verbose_name="value")),
                        ("basis", models.BigIntegerField(default=0, verbose_name="rests on")),
                        ("target", models.BigIntegerField(null=True, verbose_name="target")),
                        ("attainment_bps", models.PositiveIntegerField(null=True, verbose_name="reached")),
                        ("corrected_value", models.BigIntegerField(null=True, verbose_name="corrected to")),
                        (
                            "corrected_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="corrected by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "figure of a score-card",
                        "verbose_name_plural": "figures of a score-card",
                        "ordering": ["card", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("card", "kpi"), name="score_card_has_a_figure_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("corrected_by__isnull", True), ("corrected_value__isnull", True)),
                                    models.Q(("corrected_by__isnull", False), ("corrected_value__isnull", False)),
                                    _connector="OR",
                                ),
                                name="figure_is_corrected_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "spot_check",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="service_desk.spotcheck",
                                verbose_name="spot check",
                            ),
                        ),
                        (
                            "figure",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="service_desk.scorefigure",
                                verbose_name="figure",
                            ),
                        ),
                        ("words", core.fields.SealedField(verbose_name="what is wrong")),
                        ("raised_at", models.DateTimeField(default=core.clock.now, verbose_name="raised at")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "open"), ("upheld", "upheld"), ("rejected", "rejected")],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
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
                        ("answer", core.fields.SealedField(blank=True, verbose_name="answer")),
                    ],
                    options={
                        "verbose_name": "objection",
                        "verbose_name_plural": "objections",
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["state", "-id"], name="objection_inbox")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("figure__isnull", True), ("spot_check__isnull", False)),
                                    models.Q(("figure__isnull", False), ("spot_check__isnull", True)),
                                    _connector="OR",
                                ),
                                name="objection_is_to_one_thing",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("spot_check__isnull", False)),
                                fields=("spot_check",),
                                name="spot_check_is_objected_to_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("figure__isnull", False)),
                                fields=("figure",),
                                name="figure_is_objected_to_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by__isnull", True),
                                    models.Q(("decided_by", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="objection_is_decided_by_somebody_else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "open")
                                    ),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="objection_is_decided_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contest",
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
                            "kpi",
                            models.CharField(
                                choices=[
                                    ("new_members", "new members"),
                                    ("sales_count", "cards sold"),
                                    ("sales_minor", "sales"),
                                    ("activations", "activations"),
                                    ("renewals", "renewals"),
                                    ("satisfaction", "satisfaction of members"),
                                    ("first_response", "first responses in time"),
                                    ("complaints", "complaints in a thousand served"),
                                    ("training", "courses done"),
                                    ("knowledge", "quizzes"),
                                    ("spot_checks", "spot checks"),
                                    ("reviews", "reviews of cases"),
                                ],
                                max_length=20,
                                verbose_name="figure",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("person", "person"), ("store", "store"), ("department", "department")],
                                default="person",
                                max_length=12,
                                verbose_name="who takes part",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="only of the store",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="only of the department",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("last_on", models.DateField(verbose_name="through")),
                        ("prize", models.CharField(blank=True, max_length=200, verbose_name="prize")),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="called by",
                            ),
                        ),
                        ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="called at")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed at")),
                    ],
                    options={
                        "verbose_name": "contest",
                        "verbose_name_plural": "contests",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["last_on", "id"],
                                name="contest_to_close",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_on__gte", models.F("starts_on"))),
                                name="contest_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "department"), _negated=True),
                                    models.Q(
                                        models.Q(("kind", "store"), _negated=True),
                                        models.Q(("department__isnull", True), ("store__isnull", True)),
                                        _connector="OR",
                                    ),
                                ),
                                name="contest_is_among_people_or_stores",
                            ),
                            models.UniqueConstraint(fields=("name", "starts_on"), name="contest_is_called_once"),
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="ContestPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contest",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="places",
                                to="service_desk.contest",
                                verbose_name="contest",
                            ),
                        ),
                        ("place", models.PositiveIntegerField(verbose_name="place")),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contest_places",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "store",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.store",
                                verbose_name="store",
                            ),
                        ),
                        ("value", models.BigIntegerField(verbose_name="value")),
                    ],
                    options={
                        "verbose_name": "place of a contest",
                        "verbose_name_plural": "places of a contest",
                        "ordering": ["contest", "place", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("contest", "person"), name="person_has_one_place_in_a_contest"
                            ),
                            models.UniqueConstraint(
                                fields=("contest", "store"), name="store_has_one_place_in_a_contest"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person__isnull", False), ("store__isnull", True)),
                                    models.Q(("person__isnull", True), ("store__isnull", False)),
                                    _connector="OR",
                                ),
                                name="place_is_of_a_person_or_a_store",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incentive",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="incentives",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("praise", "praise"),
                                    ("bonus", "bonus"),
                                    ("day-off", "day off"),
                                    ("other", "other"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="for what")),
                        ("amount_minor", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="amount")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "proposed"),
                                    ("agreed", "agreed"),
                                    ("given", "given"),
                                    ("rejected", "rejected"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="proposed",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
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
                        ("proposed_at", models.DateTimeField(default=core.clock.now, verbose_name="proposed at")),
                        ("given_at", models.DateTimeField(null=True, verbose_name="given at")),
                        (
                            "given_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="given by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "incentive",
                        "verbose_name_plural": "incentives",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("person", models.F("author")), _negated=True),
                                name="nobody_proposes_his_own_incentive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_minor__gt", 0), ("kind", "bonus")),
                                    models.Q(
                                        models.Q(("kind", "bonus"), _negated=True), ("amount_minor__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_bonus_has_an_amount_and_nothing_else_has",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "given"), _negated=True),
                                    models.Q(("given_at__isnull", False), ("given_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="incentive_is_given_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImprovementPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        ("goal", core.fields.SealedField(verbose_name="goal")),
                        ("measures", core.fields.SealedField(verbose_name="what is done for it")),
                        ("due_on", models.DateField(verbose_name="due on")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "proposed"),
                                    ("agreed", "agreed"),
                                    ("reached", "reached"),
                                    ("missed", "not reached"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="proposed",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="proposed by",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(default=core.clock.now, verbose_name="proposed at")),
                        ("agreed_at", models.DateTimeField(null=True, verbose_name="agreed at")),
                        (
                            "verified_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="verified by",
                            ),
                        ),
                        ("verified_at", models.DateTimeField(null=True, verbose_name="verified at")),
                        ("finding", core.fields.SealedField(blank=True, verbose_name="what was found")),
                    ],
                    options={
                        "verbose_name": "improvement plan",
                        "verbose_name_plural": "improvement plans",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "agreed")), fields=["due_on", "id"], name="plan_due"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("person", models.F("author")), _negated=True),
                                name="nobody_proposes_his_own_plan",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("verified_by__isnull", True),
                                    models.Q(("verified_by", models.F("person")), _negated=True),
                                    _connector="OR",
                                ),
                                name="plan_is_verified_by_somebody_else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["reached", "missed"]), _negated=True),
                                    models.Q(("agreed_at__isnull", False), ("verified_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="plan_was_agreed_before_it_is_verified",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CareerLevel",
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
                        ("rank", models.PositiveSmallIntegerField(unique=True, verbose_name="rank")),
                    ],
                    options={
                        "verbose_name": "career level",
                        "verbose_name_plural": "career levels",
                        "ordering": ["rank"],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="CareerStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="career",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        (
                            "level",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.careerlevel",
                                verbose_name="level",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
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
                            "approver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="approver",
                            ),
                        ),
                        (
                            "approval",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval",
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(default=core.clock.now, verbose_name="recorded at")),
                    ],
                    options={
                        "verbose_name": "career step",
                        "verbose_name_plural": "career steps",
                        "ordering": ["person", "-starts_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("author", models.F("approver")), _negated=True),
                                name="career_step_needs_four_eyes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("person", models.F("author")), _negated=True),
                                    models.Q(("person", models.F("approver")), _negated=True),
                                ),
                                name="nobody_decides_his_own_career",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
