import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock
import core.fields
import core.migrating
import service_desk.models.thread


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_directors"),
        ("members", "0004_questions_about_service"),
        ("service_desk", "0004_complaint_guards"),
    ]

    operations = [
        core.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Chat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "token",
                            models.CharField(
                                default=service_desk.models.thread.new_token, editable=False, max_length=24, unique=True
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=120, null=True, unique=True)),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chats",
                                to="members.member",
                                verbose_name="member",
                            ),
                        ),
                        ("name", core.fields.SealedField(blank=True, default="", verbose_name="name")),
                        ("phone", core.fields.SealedField(blank=True, default="", verbose_name="phone")),
                        ("email", core.fields.SealedField(blank=True, default="", verbose_name="e-mail")),
                        ("language", models.CharField(blank=True, default="", max_length=10, verbose_name="language")),
                        ("tier", models.CharField(blank=True, default="", max_length=20, verbose_name="tier")),
                        ("tier_rank", models.PositiveSmallIntegerField(default=0, verbose_name="rank of the tier")),
                        (
                            "skill",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="service_desk.skill",
                                verbose_name="skill",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("talking", "going on"),
                                    ("ended", "ended"),
                                    ("missed", "not taken"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "agent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="agent",
                            ),
                        ),
                        (
                            "offered_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="offered to",
                            ),
                        ),
                        ("offered_at", models.DateTimeField(null=True, verbose_name="offered at")),
                        ("passed", models.JSONField(default=list, editable=False, verbose_name="let pass by")),
                        ("said", models.PositiveIntegerField(default=0, verbose_name="messages")),
                        ("opened_at", models.DateTimeField(default=core.clock.now, verbose_name="opened at")),
                        ("waits_since", models.DateTimeField(default=core.clock.now, verbose_name="waits since")),
                        ("taken_at", models.DateTimeField(null=True, verbose_name="taken at")),
                        ("last_said_at", models.DateTimeField(default=core.clock.now, verbose_name="last message at")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("agent", "ended by the colleague"),
                                    ("visitor", "ended by the visitor"),
                                    ("silence", "nobody said anything any more"),
                                    ("patience", "nobody took it in time"),
                                    ("nobody", "nobody was there"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="ending",
                            ),
                        ),
                        (
                            "case",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chat",
                                to="service_desk.case",
                                verbose_name="case",
                            ),
                        ),
                        ("forgotten_at", models.DateTimeField(null=True, verbose_name="text forgotten at")),
                    ],
                    options={
                        "verbose_name": "chat",
                        "verbose_name_plural": "chats",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["-tier_rank", "opened_at", "id"],
                                name="chat_line",
                            ),
                            models.Index(
                                condition=models.Q(("state", "talking")), fields=["agent", "id"], name="chat_of_agent"
                            ),
                            models.Index(
                                condition=models.Q(("state", "talking")),
                                fields=["last_said_at"],
                                name="chat_by_silence",
                            ),
                            models.Index(fields=["member", "-id"], name="chat_of_member"),
                            models.Index(
                                condition=models.Q(("forgotten_at__isnull", True)),
                                fields=["ended_at"],
                                name="chat_to_forget",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("case__isnull", True),
                                        ("ended_at__isnull", True),
                                        ("state__in", ["waiting", "talking"]),
                                    ),
                                    models.Q(
                                        ("case__isnull", False),
                                        ("ended_at__isnull", False),
                                        ("state__in", ["ended", "missed"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="chat_that_is_over_is_a_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "talking"), _negated=True),
                                    models.Q(("agent__isnull", False), ("taken_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="chat_that_goes_on_has_an_agent",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["waiting", "talking"])),
                                fields=("member",),
                                name="member_has_one_chat_at_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChatLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "chat",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="service_desk.chat",
                                verbose_name="chat",
                            ),
                        ),
                        ("position", models.PositiveIntegerField(verbose_name="position")),
                        ("body", core.fields.SealedField(blank=True, default="", verbose_name="text")),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="written by",
                            ),
                        ),
                        ("key", models.CharField(blank=True, default="", editable=False, max_length=64)),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="said at")),
                    ],
                    options={
                        "verbose_name": "message of a chat",
                        "verbose_name_plural": "messages of chats",
                        "ordering": ["chat", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("chat", "position"), name="chat_line_has_a_place_of_its_own"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                fields=("chat", "key"),
                                name="chat_line_is_kept_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChatFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="service_desk.chatline",
                                verbose_name="message",
                            ),
                        ),
                        ("token", models.CharField(editable=False, max_length=24, unique=True)),
                        ("name", core.fields.SealedField(verbose_name="file name")),
                        ("content_type", models.CharField(max_length=80, verbose_name="type")),
                        ("size", models.PositiveIntegerField(verbose_name="bytes")),
                        ("digest", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                        ("path", models.CharField(editable=False, max_length=120)),
                    ],
                    options={
                        "verbose_name": "file of a chat",
                        "verbose_name_plural": "files of chats",
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="ChatSeat",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="chat_seat",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="agent",
                            ),
                        ),
                        ("seen_at", models.DateTimeField(default=core.clock.now, verbose_name="last seen")),
                    ],
                    options={
                        "verbose_name": "open chat desk",
                        "verbose_name_plural": "open chat desks",
                        "indexes": [models.Index(fields=["seen_at"], name="seat_by_age")],
                    },
                ),
                migrations.CreateModel(
                    name="InboundMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=64, unique=True)),
                        (
                            "via",
                            models.CharField(
                                choices=[
                                    ("hook", "mail service"),
                                    ("mailbox", "mailbox"),
                                    ("demo", "outbox of the demo"),
                                ],
                                max_length=8,
                                verbose_name="arrived by",
                            ),
                        ),
                        (
                            "message_id",
                            models.CharField(blank=True, default="", max_length=200, verbose_name="Message-ID"),
                        ),
                        ("sender", core.fields.SealedField(blank=True, default="", verbose_name="sender")),
                        (
                            "sender_index",
                            core.fields.BlindIndexField(
                                editable=False,
                                max_length=40,
                                normal="core.fields.caseless",
                                of="sender",
                                purpose="email",
                            ),
                        ),
                        ("sender_name", core.fields.SealedField(blank=True, default="", verbose_name="name")),
                        ("subject", core.fields.SealedField(blank=True, default="", verbose_name="subject")),
                        ("text", core.fields.SealedField(blank=True, default="", verbose_name="whole text")),
                        ("files", models.PositiveSmallIntegerField(default=0, verbose_name="files")),
                        ("size", models.PositiveIntegerField(default=0, verbose_name="bytes")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("person", "written by a person"),
                                    ("automatic", "automatic answer"),
                                    ("list", "mailing list"),
                                    ("bounce", "not delivered"),
                                    ("ours", "from ourselves"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("opened", "opened a case"),
                                    ("threaded", "belongs to a case"),
                                    ("stranger", "of somebody else, about a case"),
                                    ("noted", "noted in a case"),
                                    ("undelivered", "tells that ours did not arrive"),
                                    ("set-aside", "set aside"),
                                    ("dropped", "not taken"),
                                ],
                                max_length=12,
                                verbose_name="what became of it",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "—"),
                                    ("automatic", "a machine wrote it, about no case"),
                                    ("no-sender", "no sender can be made out"),
                                    ("sender-often", "too many from this sender within an hour"),
                                    ("case-often", "too many in this case within an hour"),
                                    ("loop", "our own mail came back"),
                                    ("arrived", "only says that ours arrives later, or has arrived"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="reason",
                            ),
                        ),
                        ("is_acknowledged", models.BooleanField(default=False, verbose_name="receipt acknowledged")),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="service_desk.case",
                                verbose_name="case",
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mail",
                                to="service_desk.caseentry",
                                verbose_name="entry",
                            ),
                        ),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                        ("received_at", models.DateTimeField(default=core.clock.now, verbose_name="received at")),
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
                        ("forgotten_at", models.DateTimeField(null=True, verbose_name="text forgotten at")),
                    ],
                    options={
                        "verbose_name": "e-mail received",
                        "verbose_name_plural": "e-mails received",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["sender_index", "-received_at"], name="mail_of_sender"),
                            models.Index(fields=["case", "-received_at"], name="mail_of_case"),
                            models.Index(
                                condition=models.Q(("outcome", "set-aside"), ("settled_at__isnull", True)),
                                fields=["-id"],
                                name="mail_set_aside",
                            ),
                            models.Index(fields=["outcome", "-id"], name="mail_by_outcome"),
                            models.Index(
                                condition=models.Q(("forgotten_at__isnull", True)),
                                fields=["received_at"],
                                name="mail_to_forget",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["set-aside", "dropped"]), ("case__isnull", False), _connector="OR"
                                ),
                                name="mail_taken_has_a_case",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FetchedMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("mailbox", models.CharField(max_length=160, verbose_name="mailbox")),
                        ("validity", models.BigIntegerField(verbose_name="UIDVALIDITY")),
                        ("uid", models.BigIntegerField(verbose_name="UID")),
                        (
                            "mail",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="fetched",
                                to="service_desk.inboundmail",
                                verbose_name="e-mail",
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=1, verbose_name="tries")),
                        ("error", models.CharField(blank=True, default="", max_length=300, verbose_name="last error")),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                    ],
                    options={
                        "verbose_name": "e-mail of the mailbox",
                        "verbose_name_plural": "e-mails of the mailbox",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mailbox", "validity", "uid"), name="mail_of_a_mailbox_is_fetched_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("mail__isnull", False), models.Q(("error", ""), _negated=True), _connector="OR"
                                ),
                                name="mail_not_fetched_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SocialThread",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("network", models.SlugField(max_length=20, verbose_name="network")),
                        ("thread", models.CharField(max_length=120, verbose_name="number at the network")),
                        ("handle", core.fields.SealedField(verbose_name="name at the network")),
                        (
                            "handle_index",
                            core.fields.BlindIndexField(
                                editable=False,
                                max_length=40,
                                normal="core.fields.caseless",
                                of="handle",
                                purpose="handle",
                            ),
                        ),
                        ("link", models.CharField(blank=True, default="", max_length=500, verbose_name="link")),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="social",
                                to="service_desk.case",
                                verbose_name="case",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(default=core.clock.now, verbose_name="first seen")),
                    ],
                    options={
                        "verbose_name": "conversation on a social network",
                        "verbose_name_plural": "conversations on social networks",
                        "ordering": ["-id"],
                        "indexes": [models.Index(fields=["handle_index"], name="conversation_of_handle")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("network", "thread"), name="conversation_of_a_network_is_known_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SocialAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "thread",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="service_desk.socialthread",
                                verbose_name="conversation",
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="social_answer",
                                to="service_desk.caseentry",
                                verbose_name="entry",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("sending", "being sent"),
                                    ("sent", "sent"),
                                    ("there", "answered at the network"),
                                    ("failed", "given up"),
                                ],
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "external_id",
                            models.CharField(
                                blank=True, default="", max_length=120, verbose_name="number at the network"
                            ),
                        ),
                        ("link", models.CharField(blank=True, default="", max_length=500, verbose_name="link")),
                        ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                        ("error", models.CharField(blank=True, default="", max_length=300, verbose_name="last error")),
                        ("due_at", models.DateTimeField(default=core.clock.now, verbose_name="due at")),
                        ("claimed_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="answered by",
                            ),
                        ),
                        ("at", models.DateTimeField(default=core.clock.now, verbose_name="at")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                    ],
                    options={
                        "verbose_name": "answer on a social network",
                        "verbose_name_plural": "answers on social networks",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "sending"])),
                                fields=["due_at", "id"],
                                name="answer_to_send",
                            ),
                            models.Index(
                                condition=models.Q(("external_id", ""), _negated=True),
                                fields=["thread", "external_id"],
                                name="answer_by_number",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sending"), _negated=True),
                                    ("claimed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="answer_being_sent_has_a_claim",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    ("sent_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="answer_sent_has_its_moment",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
