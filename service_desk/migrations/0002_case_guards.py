"""What the database itself refuses: a changed history, a lost entry, an erased breach. And the index of the search."""

from typing import Any

from django.db import migrations

from core import guards

ENTRY = (
    "direction", "channel", "author_id", "member_id", "source", "external_id", "message_id", "in_reply_to", "digest", "at",
    "recorded_at",
)  # fmt: skip
"""All of an entry but its text, which is sealed anew with a new key (its digest stays), and the case it was moved to."""


WORDS = """
CREATE FUNCTION case_words(tokens text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000
AS $$ BEGIN RETURN to_tsvector('simple', tokens); END $$
"""
"""What it costs is said, or the planner reads a tenth of the table for a rare word rather than ask the index."""


def index(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(WORDS)
        editor.execute(
            "CREATE INDEX case_search_words ON service_desk_casesearch USING gin (case_words(tokens))"
            " WITH (fastupdate = off)"
        )


def drop(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX IF EXISTS case_search_words")
        editor.execute("DROP FUNCTION IF EXISTS case_words(text)")


class Migration(migrations.Migration):
    dependencies = [("service_desk", "0001_initial")]
    operations = [
        guards.append_only("service_desk_caseevent"),
        guards.refuse(
            "DELETE", "service_desk_caseentry", name="entry_of_a_case_is_never_lost", when="OLD.id IS NOT NULL"
        ),
        guards.refuse(
            "UPDATE",
            "service_desk_caseentry",
            name="entry_of_a_case_is_never_changed",
            when=" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in ENTRY),
        ),
        guards.refuse(
            "UPDATE",
            "service_desk_caseclock",
            name="breach_of_a_promise_is_never_erased",
            when="OLD.breached_at IS NOT NULL AND OLD.breached_at IS DISTINCT FROM NEW.breached_at",
        ),
        guards.refuse(
            "DELETE",
            "service_desk_caseclock",
            name="breached_clock_is_never_deleted",
            when="OLD.breached_at IS NOT NULL",
        ),
        migrations.RunPython(index, drop),
    ]
