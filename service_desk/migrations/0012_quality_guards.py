from django.db import migrations

from core import guards

SHEET = "EXISTS (SELECT 1 FROM service_desk_scoresheet s WHERE s.id = {row}.sheet_id AND s.state <> 'draft')"
OF_SHEET = ("service_desk_sheetsection", "service_desk_sheetcriterion")
KEPT = (
    "case_id",
    "agent_id",
    "reviewer_id",
    "sheet_id",
    "sample_id",
    "reason",
    "state",
    "handed_in_at",
    "handed_in_on",
)
# What was seen may be sealed anew with another key; everything else of a result stays as it was.
RESULTS = {
    "service_desk_reviewscore": ("review_id", "round", "percent", "pass_mark", "passed", "by_id", "at"),
    "service_desk_reviewmark": ("score_id", "criterion_id", "code", "mark", "is_failed"),
    "service_desk_findingverification": (
        "finding_id", "is_effective", "proof", "owner_id", "due_on", "before_failed", "before_of", "after_failed",
        "after_of", "by_id", "at",
    ),
}  # fmt: skip


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def _kept(table: str, columns: tuple[str, ...]) -> list[guards.Guard]:
    name = table.removeprefix("service_desk_")
    return [
        guards.refuse("UPDATE", table, name=f"{name}_is_never_changed", when=_changed(columns)),
        guards.refuse("DELETE", table, name=f"{name}_is_never_lost", when="OLD.id IS NOT NULL"),
    ]


def _frozen(table: str) -> list[guards.Guard]:
    name = table.removeprefix("service_desk_")
    said = {"INSERT": "is_never_added", "UPDATE": "never_changes", "DELETE": "is_never_taken_out"}
    return [
        guards.refuse(
            verb, table, name=f"{name}_of_a_sheet_in_force_{words}",
            when=SHEET.format(row="NEW" if verb == "INSERT" else "OLD"),
        )
        for verb, words in said.items()
    ]  # fmt: skip


class Migration(migrations.Migration):
    """What is published is frozen; what was said, drawn, scored and verified stays as it was."""

    dependencies = [("service_desk", "0011_quality")]

    operations = [
        guards.append_only("service_desk_projectnote"),
        guards.append_only("service_desk_meetingdecision"),
        guards.refuse(
            "UPDATE", "service_desk_scoresheet", name="published_score_sheet_never_changes",
            when="OLD.state = 'published'",
        ),
        guards.refuse(
            "DELETE", "service_desk_scoresheet", name="published_score_sheet_is_never_deleted",
            when="OLD.state = 'published'",
        ),
        *[guard for table in OF_SHEET for guard in _frozen(table)],
        guards.append_only("service_desk_reviewsample"),
        guards.refuse(
            "UPDATE", "service_desk_casereview", name="handed_in_review_keeps_what_it_was_of",
            when=f"OLD.state = 'done' AND ({_changed(KEPT)})",
        ),
        guards.refuse(
            "DELETE", "service_desk_casereview", name="handed_in_review_is_never_deleted", when="OLD.state = 'done'"
        ),
        *[guard for table, columns in RESULTS.items() for guard in _kept(table, columns)],
    ]  # fmt: skip
