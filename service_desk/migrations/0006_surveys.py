import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields
import core.migrating


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_directors"),
        ("members", "0004_questions_about_service"),
        ("service_desk", "0005_channels"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Survey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("csat", "satisfaction (CSAT)"),
                                    ("nps", "recommendation (NPS)"),
                                    ("ces", "effort (CES)"),
                                    ("other", "other"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                    ],
                    options={
                        "verbose_name": "survey",
                        "verbose_name_plural": "surveys",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="service_desk.survey",
                                verbose_name="survey",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "draft"), ("in-review", "in review"), ("published", "published")],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("title", models.JSONField(default=dict, verbose_name="title")),
                        ("intro", models.JSONField(default=dict, verbose_name="introduction")),
                        ("thanks", models.JSONField(default=dict, verbose_name="thanks")),
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
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.approval",
                            ),
                        ),
                        ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="published at")),
                    ],
                    options={
                        "verbose_name": "version of a survey",
                        "verbose_name_plural": "versions of surveys",
                        "ordering": ["survey", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("survey", "number"), name="survey_version_numbered_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["draft", "in-review"])),
                                fields=("survey",),
                                name="survey_has_one_open_draft",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(("approval__isnull", False), ("published_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="published_survey_has_an_approval",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyQuestion",
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
                                related_name="questions",
                                to="service_desk.surveyversion",
                                verbose_name="version",
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, verbose_name="code")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("scale-0-10", "scale from 0 to 10"),
                                    ("scale-1-5", "scale from 1 to 5"),
                                    ("scale-1-7", "scale from 1 to 7"),
                                    ("choice", "one of several"),
                                    ("choices", "any of several"),
                                    ("text", "own words"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("required", models.BooleanField(default=True, verbose_name="must be answered")),
                        ("is_measure", models.BooleanField(default=False, verbose_name="is the score")),
                        ("text", models.JSONField(default=dict, verbose_name="question")),
                        ("low", models.JSONField(blank=True, default=dict, verbose_name="lowest score in words")),
                        ("high", models.JSONField(blank=True, default=dict, verbose_name="highest score in words")),
                    ],
                    options={
                        "verbose_name": "question",
                        "verbose_name_plural": "questions",
                        "ordering": ["version", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "code"), name="survey_question_code_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_measure", True)),
                                fields=("version",),
                                name="survey_measures_by_one_question",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyOption",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="options",
                                to="service_desk.surveyquestion",
                                verbose_name="question",
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, verbose_name="code")),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("text", models.JSONField(default=dict, verbose_name="text")),
                    ],
                    options={
                        "verbose_name": "option",
                        "verbose_name_plural": "options",
                        "ordering": ["question", "position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("question", "code"), name="survey_option_code_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveySkip",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="skips",
                                to="service_desk.surveyquestion",
                                verbose_name="question",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        (
                            "verb",
                            models.CharField(
                                choices=[
                                    ("hide", "hide this question"),
                                    ("jump", "after this question, go on with another"),
                                ],
                                max_length=4,
                                verbose_name="what happens",
                            ),
                        ),
                        (
                            "on",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="service_desk.surveyquestion",
                                verbose_name="answer to the question",
                            ),
                        ),
                        (
                            "compare",
                            models.CharField(
                                choices=[("at-most", "at most"), ("at-least", "at least"), ("any-of", "one of")],
                                max_length=8,
                                verbose_name="is",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(default=0, verbose_name="score")),
                        ("options", models.JSONField(blank=True, default=list, verbose_name="options")),
                        (
                            "to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="service_desk.surveyquestion",
                                verbose_name="go on with",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "skip",
                        "verbose_name_plural": "skips",
                        "ordering": ["question", "position"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to__isnull", True),
                                    models.Q(("to", models.F("question")), _negated=True),
                                    _connector="OR",
                                ),
                                name="survey_skip_leads_elsewhere",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyTrigger",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="triggers",
                                to="service_desk.survey",
                                verbose_name="survey",
                            ),
                        ),
                        (
                            "touch_point",
                            models.CharField(
                                choices=[
                                    ("registration", "joining"),
                                    ("card-purchase", "card bought"),
                                    ("activation", "card activated"),
                                    ("benefit-use", "benefit used"),
                                    ("purchase", "purchase"),
                                    ("renewal", "card renewed"),
                                    ("after-sale", "return or refund"),
                                    ("case-closed", "case closed"),
                                    ("periodic", "at regular times"),
                                ],
                                max_length=14,
                                verbose_name="touch-point",
                            ),
                        ),
                        ("delay_hours", models.PositiveSmallIntegerField(default=24, verbose_name="hours after it")),
                        (
                            "every_months",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="every so many months"
                            ),
                        ),
                        ("share_bps", models.PositiveIntegerField(default=10000, verbose_name="share that is asked")),
                        ("tiers", models.JSONField(blank=True, default=list, verbose_name="only of these tiers")),
                        ("products", models.JSONField(blank=True, default=list, verbose_name="only of these cards")),
                        ("starts_on", models.DateField(default=core.clock.today, verbose_name="from")),
                        ("last_valid_on", models.DateField(blank=True, null=True, verbose_name="through")),
                        ("stopped_at", models.DateTimeField(null=True, verbose_name="stopped at")),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="author",
                            ),
                        ),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                        (
                            "stores",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="core.store", verbose_name="only of these stores"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "occasion of a survey",
                        "verbose_name_plural": "occasions of surveys",
                        "ordering": ["survey", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("share_bps__gt", 0), ("share_bps__lte", 10000)),
                                name="survey_asks_some_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("every_months__gt", 0), ("touch_point", "periodic")),
                                    models.Q(
                                        models.Q(("touch_point", "periodic"), _negated=True),
                                        ("every_months__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="survey_recurs_only_at_regular_times",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last_valid_on__isnull", True),
                                    ("last_valid_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="survey_trigger_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyInvitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to="service_desk.survey",
                                verbose_name="survey",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.surveyversion",
                                verbose_name="version",
                            ),
                        ),
                        (
                            "trigger",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.surveytrigger",
                                verbose_name="occasion",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="survey_invitations",
                                to="members.member",
                                verbose_name="member",
                            ),
                        ),
                        (
                            "touch_point",
                            models.CharField(
                                choices=[
                                    ("registration", "joining"),
                                    ("card-purchase", "card bought"),
                                    ("activation", "card activated"),
                                    ("benefit-use", "benefit used"),
                                    ("purchase", "purchase"),
                                    ("renewal", "card renewed"),
                                    ("after-sale", "return or refund"),
                                    ("case-closed", "case closed"),
                                    ("periodic", "at regular times"),
                                ],
                                max_length=14,
                                verbose_name="touch-point",
                            ),
                        ),
                        ("source", models.CharField(max_length=40, verbose_name="kind of occasion")),
                        ("fact", models.BigIntegerField(verbose_name="number of the occasion")),
                        ("occurred_at", models.DateTimeField(verbose_name="happened at")),
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
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="colleague",
                            ),
                        ),
                        ("product", models.CharField(blank=True, max_length=40, verbose_name="card product")),
                        ("tier", models.CharField(blank=True, max_length=20, verbose_name="tier")),
                        ("channel", models.CharField(blank=True, max_length=20, verbose_name="channel")),
                        ("sequence", models.PositiveIntegerField(verbose_name="number")),
                        ("asked_at", models.DateTimeField(default=core.clock.now, verbose_name="asked at")),
                        ("asked_on", models.DateField(verbose_name="asked on")),
                        ("allowed_from_on", models.DateField(null=True, verbose_name="could be asked from")),
                        ("rests_until_on", models.DateField(verbose_name="rests until")),
                        ("expires_at", models.DateTimeField(verbose_name="link valid until")),
                        ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("token_digest", models.CharField(editable=False, max_length=40, unique=True)),
                        ("begun_at", models.DateTimeField(null=True, verbose_name="begun at")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="closed at")),
                    ],
                    options={
                        "verbose_name": "invitation to a survey",
                        "verbose_name_plural": "invitations to surveys",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["survey", "asked_on"], name="survey_invitation_by_day"),
                            models.Index(
                                condition=models.Q(("begun_at__isnull", False), ("closed_at__isnull", True)),
                                fields=["expires_at"],
                                name="survey_left_unfinished",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("trigger", "source", "fact"), name="survey_asked_once_per_occasion"
                            ),
                            models.UniqueConstraint(
                                fields=("member", "sequence"), name="survey_invitation_takes_its_own_turn"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("allowed_from_on__isnull", True), ("sequence", 1)),
                                    models.Q(("asked_on__gte", models.F("allowed_from_on")), ("sequence__gt", 1)),
                                    _connector="OR",
                                ),
                                name="survey_never_asked_before_the_rest_ends",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rests_until_on__gt", models.F("asked_on"))),
                                name="survey_is_followed_by_rest",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyDraftAnswer",
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
                                related_name="+",
                                to="service_desk.surveyquestion",
                                verbose_name="question",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                        ("chosen", models.JSONField(blank=True, default=list, verbose_name="chosen")),
                        ("text", core.fields.SealedField(blank=True, default="", verbose_name="own words")),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="answered at")),
                        (
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to="service_desk.surveyinvitation",
                                verbose_name="invitation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer not yet sent",
                        "verbose_name_plural": "answers not yet sent",
                        "constraints": [
                            models.UniqueConstraint(fields=("invitation", "question"), name="survey_draft_answers_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyResponse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "invitation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="response",
                                to="service_desk.surveyinvitation",
                                verbose_name="invitation",
                            ),
                        ),
                        (
                            "survey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="service_desk.survey",
                                verbose_name="survey",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.surveyversion",
                                verbose_name="version",
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                        ("is_low", models.BooleanField(default=False, verbose_name="low score")),
                        ("is_partial", models.BooleanField(default=False, verbose_name="unfinished")),
                        (
                            "via",
                            models.CharField(
                                blank=True,
                                choices=[("inbox", "inbox"), ("email", "e-mail"), ("sms", "SMS")],
                                max_length=10,
                                verbose_name="answered by way of",
                            ),
                        ),
                        ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                        ("answered_at", models.DateTimeField(default=core.clock.now, verbose_name="answered at")),
                    ],
                    options={
                        "verbose_name": "answer to a survey",
                        "verbose_name_plural": "answers to surveys",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["survey", "-id"], name="survey_response_by_survey"),
                            models.Index(
                                condition=models.Q(("is_low", True)), fields=["answered_at"], name="survey_response_low"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("is_low", False), ("score__isnull", False), _connector="OR"),
                                name="survey_response_low_by_its_score",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyAnswer",
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
                                related_name="+",
                                to="service_desk.surveyquestion",
                                verbose_name="question",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                        ("chosen", models.JSONField(blank=True, default=list, verbose_name="chosen")),
                        ("text", core.fields.SealedField(blank=True, default="", verbose_name="own words")),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="answered at")),
                        (
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="service_desk.surveyresponse",
                                verbose_name="answer to a survey",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer to a question",
                        "verbose_name_plural": "answers to questions",
                        "ordering": ["response", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("response", "question"), name="survey_question_answered_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
