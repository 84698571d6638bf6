import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields
import core.migrating
import core.models.worded
import service_desk.models.thread


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0006_moments_of_surveys"),
        ("core", "0005_directors"),
        ("loyalty", "0094_moments_of_surveys"),
        ("members", "0004_questions_about_service"),
        ("service_desk", "0002_case_guards"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Compensation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="compensations",
                                to="service_desk.case",
                                verbose_name="case",
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
                        (
                            "means",
                            models.CharField(
                                choices=[("points", "points"), ("coupon", "coupon"), ("money", "money")],
                                max_length=6,
                                verbose_name="means",
                            ),
                        ),
                        ("points", models.PositiveBigIntegerField(null=True, verbose_name="points")),
                        (
                            "offer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loyalty.couponoffer",
                                verbose_name="coupon",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cards.payment",
                                verbose_name="payment",
                            ),
                        ),
                        ("amount_minor", models.PositiveBigIntegerField(verbose_name="worth")),
                        ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                        ("counted_minor", models.PositiveBigIntegerField(verbose_name="given in the case with it")),
                        (
                            "authority",
                            models.CharField(
                                choices=[("agent", "agent"), ("lead", "lead"), ("director", "director")],
                                max_length=8,
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "limit_minor",
                            models.PositiveBigIntegerField(null=True, verbose_name="most that the authority covers"),
                        ),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waits for a decision"),
                                    ("at-finance", "waits for finance"),
                                    ("given", "given"),
                                    ("rejected", "rejected"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=80, unique=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(default=core.clock.now, verbose_name="asked at")),
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
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "refund_approval",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                                verbose_name="approval of the refund",
                            ),
                        ),
                        ("given_at", models.DateTimeField(null=True, verbose_name="given at")),
                        (
                            "transaction",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loyalty.pointtransaction",
                                verbose_name="points transaction",
                            ),
                        ),
                        (
                            "coupon",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="loyalty.coupon",
                                verbose_name="coupon code",
                            ),
                        ),
                        (
                            "refund",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cards.refund",
                                verbose_name="refund",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "compensation",
                        "verbose_name_plural": "compensations",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["case", "id"], name="compensation_of_case"),
                            models.Index(
                                condition=models.Q(("state", "at-finance")),
                                fields=["id"],
                                name="compensation_at_finance",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="compensation_is_worth_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("means", "points"),
                                        ("offer__isnull", True),
                                        ("payment__isnull", True),
                                        ("points__gt", 0),
                                    ),
                                    models.Q(
                                        ("means", "coupon"),
                                        ("offer__isnull", False),
                                        ("payment__isnull", True),
                                        ("points__isnull", True),
                                    ),
                                    models.Q(
                                        ("means", "money"),
                                        ("offer__isnull", True),
                                        ("payment__isnull", False),
                                        ("points__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="compensation_is_of_one_means",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("given_at__isnull", False),
                                        ("state", "given"),
                                        models.Q(
                                            models.Q(
                                                ("coupon__isnull", True),
                                                ("means", "points"),
                                                ("refund__isnull", True),
                                                ("transaction__isnull", False),
                                            ),
                                            models.Q(
                                                ("coupon__isnull", False),
                                                ("means", "coupon"),
                                                ("refund__isnull", True),
                                                ("transaction__isnull", True),
                                            ),
                                            models.Q(
                                                ("coupon__isnull", True),
                                                ("means", "money"),
                                                ("refund__isnull", False),
                                                ("transaction__isnull", True),
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(("state", "given"), _negated=True),
                                        ("given_at__isnull", True),
                                        ("coupon__isnull", True),
                                        ("refund__isnull", True),
                                        ("transaction__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="compensation_is_given_with_its_proof",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("authority", "director"), ("limit_minor__isnull", True)),
                                    models.Q(
                                        ("authority__in", ["agent", "lead"]),
                                        ("limit_minor__gte", models.F("counted_minor")),
                                    ),
                                    _connector="OR",
                                ),
                                name="compensation_is_within_its_authority",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("counted_minor__gte", models.F("amount_minor"))),
                                name="compensation_counts_itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("authority", "director"), _negated=True),
                                    models.Q(("state", "given"), _negated=True),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="director_decides_large_compensation",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by__isnull", True),
                                    ("state", "withdrawn"),
                                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="compensation_needs_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "at-finance"), _negated=True),
                                    models.Q(("means", "money"), ("refund_approval__isnull", False)),
                                    _connector="OR",
                                ),
                                name="compensation_waits_for_finance_with_a_request",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RootCause",
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
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="service_desk.rootcause",
                                verbose_name="belongs to",
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
                        ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "root cause",
                        "verbose_name_plural": "root causes",
                        "ordering": ["position", "code"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("parent", models.F("id")), _negated=True),
                                name="cause_does_not_belong_to_itself",
                            )
                        ],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="Complaint",
                    fields=[
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="complaint",
                                serialize=False,
                                to="service_desk.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "began_at",
                            models.DateTimeField(default=core.clock.now, verbose_name="taken as a complaint at"),
                        ),
                        (
                            "against",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague complained about",
                            ),
                        ),
                        (
                            "finding",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("justified", "justified"),
                                    ("partly", "partly justified"),
                                    ("unfounded", "not justified"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="finding",
                            ),
                        ),
                        ("explanation", core.fields.SealedField(blank=True, default="", verbose_name="what was found")),
                        (
                            "found_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="found by",
                            ),
                        ),
                        ("found_at", models.DateTimeField(null=True, verbose_name="found at")),
                        (
                            "cause",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="complaints",
                                to="service_desk.rootcause",
                                verbose_name="root cause",
                            ),
                        ),
                        (
                            "cause_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="root cause named by",
                            ),
                        ),
                        ("cause_at", models.DateTimeField(null=True, verbose_name="root cause named at")),
                        ("follow_up_due_at", models.DateTimeField(null=True, verbose_name="satisfaction asked from")),
                    ],
                    options={
                        "verbose_name": "complaint",
                        "verbose_name_plural": "complaints",
                        "ordering": ["-case_id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("follow_up_due_at__isnull", False)),
                                fields=["follow_up_due_at"],
                                name="complaint_to_follow_up",
                            ),
                            models.Index(
                                condition=models.Q(("against__isnull", False)),
                                fields=["against"],
                                name="complaint_about_colleague",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finding", ""), ("found_at__isnull", True), ("found_by__isnull", True)),
                                    models.Q(
                                        models.Q(("finding", ""), _negated=True),
                                        ("found_at__isnull", False),
                                        ("found_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="finding_names_who_found_it",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("cause__isnull", True), ("cause_at__isnull", True), ("cause_by__isnull", True)
                                    ),
                                    models.Q(
                                        ("cause__isnull", False),
                                        ("cause_at__isnull", False),
                                        ("cause_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="cause_names_who_named_it",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintStep",
                    fields=[
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="step",
                                serialize=False,
                                to="service_desk.caseentry",
                                verbose_name="entry",
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="service_desk.complaint",
                                verbose_name="complaint",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("contact", "spoken with the member"),
                                    ("records", "records looked at"),
                                    ("interview", "colleague heard"),
                                    ("site", "looked at on the spot"),
                                    ("test", "product examined"),
                                    ("other", "other"),
                                ],
                                max_length=10,
                                verbose_name="kind of step",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of an investigation",
                        "verbose_name_plural": "steps of investigations",
                        "ordering": ["entry_id"],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintFollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "complaint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="service_desk.complaint",
                                verbose_name="complaint",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                        (
                            "token",
                            models.CharField(
                                default=service_desk.models.thread.new_token, editable=False, max_length=24, unique=True
                            ),
                        ),
                        ("was_told", models.BooleanField(default=False, verbose_name="asked by message")),
                        ("asked_at", models.DateTimeField(default=core.clock.now, verbose_name="asked at")),
                        ("open_until", models.DateTimeField(verbose_name="can be answered until")),
                        ("satisfied", models.BooleanField(null=True, verbose_name="satisfied")),
                        ("comment", core.fields.SealedField(blank=True, default="", verbose_name="comment")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "follow-up of a complaint",
                        "verbose_name_plural": "follow-ups of complaints",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("satisfied__isnull", True), ("was_told", False)),
                                fields=["open_until"],
                                name="follow_up_to_telephone",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("complaint", "round"), name="satisfaction_asked_once_a_closing"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at__isnull", True), ("satisfied__isnull", True)),
                                    models.Q(("answered_at__isnull", False), ("satisfied__isnull", False)),
                                    _connector="OR",
                                ),
                                name="satisfaction_is_answered_at_a_moment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImprovementMeasure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="measure")),
                        ("what", models.TextField(max_length=4000, verbose_name="what is done")),
                        (
                            "cause",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measures",
                                to="service_desk.rootcause",
                                verbose_name="root cause",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="measures",
                                to="service_desk.case",
                                verbose_name="from the case",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.casecategory",
                                verbose_name="only category",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cards.product",
                                verbose_name="only product",
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
                                verbose_name="only store",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.department",
                                verbose_name="department",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        (
                            "target_bps",
                            models.PositiveIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(9900),
                                ],
                                verbose_name="share of the rate that may be left",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[("members", "members"), ("sales", "sales")],
                                default="members",
                                max_length=8,
                                verbose_name="measured against",
                            ),
                        ),
                        ("window_days", models.PositiveSmallIntegerField(verbose_name="days compared")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("agreed", "agreed"),
                                    ("working", "in work"),
                                    ("done", "done"),
                                    ("verified", "verified"),
                                    ("not-effective", "not effective"),
                                    ("dropped", "dropped"),
                                ],
                                default="draft",
                                max_length=14,
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
                        (
                            "agreed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="agreed by",
                            ),
                        ),
                        ("agreed_at", models.DateTimeField(null=True, verbose_name="agreed at")),
                        ("started_on", models.DateField(null=True, verbose_name="in work since")),
                        ("done_on", models.DateField(null=True, verbose_name="done on")),
                        ("review_on", models.DateField(null=True, verbose_name="to be verified from")),
                        (
                            "reminded_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="owner reminded at"),
                        ),
                        (
                            "overdue_told_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="told to be overdue at"),
                        ),
                        (
                            "review_told_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="told to be due for verification at"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "improvement measure",
                        "verbose_name_plural": "improvement measures",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["agreed", "working"])),
                                fields=["due_on", "id"],
                                name="measure_by_deadline",
                            ),
                            models.Index(
                                condition=models.Q(("state", "done")),
                                fields=["review_on", "id"],
                                name="measure_to_verify",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["agreed", "working"])),
                                fields=["owner", "due_on"],
                                name="measure_of_owner",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("target_bps__lt", 10000)), name="measure_aims_at_fewer"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("window_days__gte", 1)), name="measure_compares_days"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "dropped"]),
                                    models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="measure_is_agreed_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("agreed_by__isnull", True),
                                    models.Q(("agreed_by", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                                name="measure_needs_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["working", "done", "verified", "not-effective"]), _negated=True
                                    ),
                                    ("started_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="measure_in_work_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["done", "verified", "not-effective"]), _negated=True),
                                    models.Q(
                                        ("done_on__gte", models.F("started_on")), ("review_on__gt", models.F("done_on"))
                                    ),
                                    _connector="OR",
                                ),
                                name="done_measure_has_its_days",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImprovementEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="service_desk.improvementmeasure",
                                verbose_name="measure",
                            ),
                        ),
                        (
                            "before",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("draft", "draft"),
                                    ("agreed", "agreed"),
                                    ("working", "in work"),
                                    ("done", "done"),
                                    ("verified", "verified"),
                                    ("not-effective", "not effective"),
                                    ("dropped", "dropped"),
                                ],
                                default="",
                                max_length=14,
                                verbose_name="state before",
                            ),
                        ),
                        (
                            "after",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("agreed", "agreed"),
                                    ("working", "in work"),
                                    ("done", "done"),
                                    ("verified", "verified"),
                                    ("not-effective", "not effective"),
                                    ("dropped", "dropped"),
                                ],
                                max_length=14,
                                verbose_name="state after",
                            ),
                        ),
                        ("note", models.CharField(blank=True, default="", max_length=500, verbose_name="note")),
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
                        "verbose_name": "event of a measure",
                        "verbose_name_plural": "events of measures",
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ImprovementReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "measure",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="service_desk.improvementmeasure",
                                verbose_name="measure",
                            ),
                        ),
                        ("before_from", models.DateField(verbose_name="before: from")),
                        ("before_until", models.DateField(verbose_name="before: until")),
                        ("after_from", models.DateField(verbose_name="after: from")),
                        ("after_until", models.DateField(verbose_name="after: until")),
                        ("before_cases", models.PositiveIntegerField(verbose_name="cases before")),
                        ("after_cases", models.PositiveIntegerField(verbose_name="cases after")),
                        ("uncoded", models.PositiveIntegerField(verbose_name="cases after, cause not named yet")),
                        ("before_exposure", models.PositiveBigIntegerField(verbose_name="measured against, before")),
                        ("after_exposure", models.PositiveBigIntegerField(verbose_name="measured against, after")),
                        ("ratio", models.FloatField(null=True, verbose_name="rate after over rate before")),
                        ("ratio_low", models.FloatField(null=True, verbose_name="at least")),
                        ("ratio_high", models.FloatField(null=True, verbose_name="at most")),
                        ("fell", models.FloatField(null=True, verbose_name="chance of so few without any change")),
                        (
                            "proposed",
                            models.CharField(
                                choices=[
                                    ("effective", "as rare as hoped"),
                                    ("less", "rarer, but not as rare as hoped"),
                                    ("none", "not shown to be rarer"),
                                    ("undecided", "cannot be told yet"),
                                ],
                                max_length=10,
                                verbose_name="what the figures say",
                            ),
                        ),
                        (
                            "confirmed",
                            models.CharField(
                                choices=[("verified", "verified"), ("not-effective", "not effective")],
                                max_length=14,
                                verbose_name="verdict",
                            ),
                        ),
                        ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="comment")),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="confirmed by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "verification of a measure",
                        "verbose_name_plural": "verifications of measures",
                        "ordering": ["-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("by", models.F("owner")), _negated=True),
                                name="measure_is_verified_by_somebody_else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("confirmed", "verified"), ("proposed", "effective")),
                                    models.Q(("confirmed", "not-effective"), ("proposed__in", ["less", "none"])),
                                    models.Q(("comment", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="verdict_beside_the_figures_is_explained",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
