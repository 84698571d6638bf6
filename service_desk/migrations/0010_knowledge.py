import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields
import core.migrating
import core.models.worded


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0006_moments_of_surveys"),
        ("core", "0005_directors"),
        ("members", "0004_questions_about_service"),
        ("service_desk", "0009_people_guards"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="ArticleCategory",
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
                            "icon",
                            models.CharField(
                                choices=[
                                    ("badge-check", "check mark"),
                                    ("wallet-cards", "cards"),
                                    ("refresh-cw", "arrows in a circle"),
                                    ("coins", "coins"),
                                    ("gem", "gem"),
                                    ("shield-check", "shield"),
                                    ("circle-user-round", "head and shoulders"),
                                    ("receipt-text", "receipt"),
                                    ("store", "shop"),
                                    ("headset", "headset"),
                                    ("book-open", "book"),
                                ],
                                default="book-open",
                                max_length=30,
                                verbose_name="picture",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=50, verbose_name="position")),
                    ],
                    options={
                        "verbose_name": "topic",
                        "verbose_name_plural": "topics",
                        "ordering": ["position", "code"],
                    },
                    bases=(core.models.worded.Spoken, models.Model),
                ),
                migrations.CreateModel(
                    name="Article",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="looked after by",
                            ),
                        ),
                        ("review_on", models.DateField(blank=True, null=True, verbose_name="to be reviewed by")),
                        ("reviewed_at", models.DateTimeField(null=True, verbose_name="last reviewed at")),
                        ("made_at", models.DateTimeField(default=core.clock.now, verbose_name="made at")),
                    ],
                    options={
                        "verbose_name": "article",
                        "verbose_name_plural": "articles",
                        "ordering": ["slug"],
                        "indexes": [models.Index(fields=["review_on"], name="article_by_review")],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="service_desk.article",
                                verbose_name="article",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="version")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("waiting", "waiting for approval"),
                                    ("published", "published"),
                                    ("dropped", "dropped"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[("public", "everybody"), ("members", "members"), ("agents", "colleagues")],
                                default="public",
                                max_length=8,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="service_desk.articlecategory",
                                verbose_name="topic",
                            ),
                        ),
                        ("is_question", models.BooleanField(default=False, verbose_name="stands among the questions")),
                        ("position", models.PositiveSmallIntegerField(default=50, verbose_name="position")),
                        ("pins", models.JSONField(blank=True, default=list, verbose_name="pages that lead here")),
                        ("valid_from_on", models.DateField(blank=True, null=True, verbose_name="valid from")),
                        ("valid_until_on", models.DateField(blank=True, null=True, verbose_name="valid through")),
                        ("superseded_on", models.DateField(null=True, verbose_name="superseded on")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="what changed")),
                        (
                            "restores",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.articleversion",
                                verbose_name="restores version",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
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
                        (
                            "edition",
                            models.PositiveSmallIntegerField(default=0, verbose_name="edition of the search index"),
                        ),
                        (
                            "related",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="service_desk.article", verbose_name="see also"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of an article",
                        "verbose_name_plural": "versions of articles",
                        "ordering": ["-number"],
                        "indexes": [
                            models.Index(fields=["state", "valid_from_on"], name="article_in_force"),
                            models.Index(fields=["category", "state"], name="article_by_topic"),
                            models.Index(
                                condition=models.Q(("state", "published")), fields=["edition"], name="article_to_index"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "number"), name="article_version_numbered_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["draft", "waiting"])),
                                fields=("article",),
                                name="article_has_one_open_draft",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published"), ("superseded_on__isnull", True)),
                                fields=("article",),
                                name="article_has_one_last_word",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(("published_at__isnull", False), ("valid_from_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="article_published_since_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_from_on__isnull", True),
                                    ("valid_until_on__isnull", True),
                                    ("valid_until_on__gte", models.F("valid_from_on")),
                                    _connector="OR",
                                ),
                                name="article_ends_no_earlier_than_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "waiting"), _negated=True),
                                    ("approval__isnull", False),
                                    _connector="OR",
                                ),
                                name="article_waits_for_an_approval",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleText",
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
                                related_name="texts",
                                to="service_desk.articleversion",
                                verbose_name="version",
                            ),
                        ),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("summary", models.CharField(blank=True, max_length=240, verbose_name="summary")),
                        ("body", models.TextField(verbose_name="text")),
                        ("keywords", models.CharField(blank=True, max_length=300, verbose_name="other words for it")),
                    ],
                    options={
                        "verbose_name": "wording of an article",
                        "verbose_name_plural": "wordings of articles",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("version", "language"), name="article_worded_once_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleTerm",
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
                                related_name="terms",
                                to="service_desk.articleversion",
                                verbose_name="version",
                            ),
                        ),
                        ("term", models.CharField(max_length=40, verbose_name="term")),
                        ("weight", models.PositiveSmallIntegerField(verbose_name="weight")),
                    ],
                    options={
                        "verbose_name": "term of an article",
                        "verbose_name_plural": "terms of articles",
                        "indexes": [models.Index(fields=["term", "version"], name="article_by_term")],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "term"), name="article_term_weighed_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Announcement",
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
                                choices=[("notice", "notice"), ("policy", "change of policy"), ("new", "what is new")],
                                default="notice",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "importance",
                            models.CharField(
                                choices=[("normal", "normal"), ("important", "important"), ("urgent", "urgent")],
                                default="normal",
                                max_length=10,
                                verbose_name="importance",
                            ),
                        ),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("members", "all members"),
                                    ("tiers", "members of tiers"),
                                    ("holders", "holders of cards"),
                                    ("store-staff", "colleagues at stores"),
                                    ("staff", "all colleagues"),
                                ],
                                default="members",
                                max_length=12,
                                verbose_name="for",
                            ),
                        ),
                        ("tiers", models.JSONField(blank=True, default=list, verbose_name="tiers")),
                        ("starts_at", models.DateTimeField(verbose_name="from")),
                        ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                        (
                            "is_pinned",
                            models.BooleanField(default=False, verbose_name="stands above every page until dismissed"),
                        ),
                        ("sends_message", models.BooleanField(default=False, verbose_name="is also sent as a message")),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("service", "what the contract needs"), ("marketing", "offers and news")],
                                default="service",
                                max_length=12,
                                verbose_name="purpose",
                            ),
                        ),
                        (
                            "legal_text",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="members.legaltext",
                                verbose_name="legal text",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("waiting", "waiting for approval"),
                                    ("published", "published"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="draft",
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
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                        (
                            "told_through",
                            models.PositiveBigIntegerField(default=0, verbose_name="written to, as far as number"),
                        ),
                        ("told_at", models.DateTimeField(null=True, verbose_name="everybody written to at")),
                        (
                            "products",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="cards.product", verbose_name="cards"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "announcement",
                        "verbose_name_plural": "announcements",
                        "ordering": ["-starts_at", "-id"],
                        "indexes": [
                            models.Index(fields=["state", "-starts_at"], name="announcement_by_start"),
                            models.Index(
                                condition=models.Q(
                                    ("sends_message", True), ("state", "published"), ("told_at__isnull", True)
                                ),
                                fields=["starts_at"],
                                name="announcement_to_tell",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                                ),
                                name="announcement_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(("approval__isnull", False), ("published_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="announcement_published_by_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "withdrawn"), _negated=True),
                                    ("withdrawn_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="announcement_withdrawn_at_a_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "policy"), _negated=True),
                                    ("legal_text__isnull", False),
                                    _connector="OR",
                                ),
                                name="announced_policy_names_its_text",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AnnouncementText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="service_desk.announcement",
                                verbose_name="announcement",
                            ),
                        ),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("summary", models.CharField(max_length=240, verbose_name="in one line")),
                        ("body", models.TextField(blank=True, verbose_name="text")),
                    ],
                    options={
                        "verbose_name": "wording of an announcement",
                        "verbose_name_plural": "wordings of announcements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("announcement", "language"), name="announcement_worded_once_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AnnouncementReading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "announcement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="service_desk.announcement",
                                verbose_name="announcement",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reader",
                            ),
                        ),
                        ("read_at", models.DateTimeField(null=True, verbose_name="read at")),
                        ("dismissed_at", models.DateTimeField(null=True, verbose_name="dismissed at")),
                    ],
                    options={
                        "verbose_name": "reading of an announcement",
                        "verbose_name_plural": "readings of announcements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "announcement"), name="announcement_read_once_a_reader"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleRating",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ratings",
                                to="service_desk.articleversion",
                                verbose_name="version",
                            ),
                        ),
                        ("rater", models.CharField(editable=False, max_length=64)),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="members.member",
                                verbose_name="member",
                            ),
                        ),
                        ("helped", models.BooleanField(verbose_name="helped")),
                        ("comment", core.fields.SealedField(blank=True, null=True, verbose_name="comment")),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "rating of an article",
                        "verbose_name_plural": "ratings of articles",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "rater"), name="article_rated_once_a_reader")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArticleDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "article",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="days",
                                to="service_desk.article",
                                verbose_name="article",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("views", models.PositiveIntegerField(default=0, verbose_name="views")),
                        ("replies", models.PositiveIntegerField(default=0, verbose_name="used in replies")),
                    ],
                    options={
                        "verbose_name": "day of an article",
                        "verbose_name_plural": "days of articles",
                        "indexes": [models.Index(fields=["day", "article"], name="article_by_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("article", "day"), name="article_counted_once_a_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VainSearch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(db_index=True, max_length=80, verbose_name="what was looked for")),
                        ("language", models.CharField(max_length=10, verbose_name="language")),
                        ("times", models.PositiveIntegerField(default=0, verbose_name="how often")),
                        ("first_at", models.DateTimeField(default=core.clock.now, verbose_name="first at")),
                        ("last_at", models.DateTimeField(default=core.clock.now, verbose_name="last at")),
                        ("settled_at", models.DateTimeField(null=True, verbose_name="settled at")),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="settled by",
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=200, verbose_name="what was done")),
                    ],
                    options={
                        "verbose_name": "search in vain",
                        "verbose_name_plural": "searches in vain",
                        "ordering": ["-times", "-last_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("settled_at__isnull", True)),
                                fields=["-times", "-last_at"],
                                name="vain_to_settle",
                            ),
                            models.Index(fields=["-times", "-last_at", "-id"], name="vain_by_times"),
                            models.Index(fields=["last_at"], name="vain_by_age"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("text", "language"), name="vain_search_counted_once"),
                            models.CheckConstraint(
                                condition=models.Q(("first_at__lte", models.F("last_at"))),
                                name="vain_search_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
