"""What the database itself refuses: a published survey that changes, an answer that does, a member asked another time."""

from django.db import migrations

from core import guards

WORDING = ("survey_id", "number", "title", "intro", "thanks")
SUBMITTED = (
    "EXISTS (SELECT 1 FROM service_desk_surveyversion v"
    " WHERE v.id = {row}.version_id AND v.state IN ('in-review', 'published'))"
)
OF_SUBMITTED = (
    "EXISTS (SELECT 1 FROM service_desk_surveyquestion q JOIN service_desk_surveyversion v ON v.id = q.version_id"
    " WHERE q.id = {row}.question_id AND v.state IN ('in-review', 'published'))"
)
ANSWERED = "EXISTS (SELECT 1 FROM service_desk_surveyresponse r WHERE r.invitation_id = NEW.invitation_id)"
ANSWER = ("response_id", "question_id", "number", "chosen", "at")
"""All of an answer but its own words, which are sealed anew with a new key and erased with the person."""
INVITATION = (
    "survey_id", "version_id", "trigger_id", "member_id", "touch_point", "source", "fact", "occurred_at", "store_id",
    "agent_id", "product", "tier", "channel", "sequence", "asked_at", "asked_on", "allowed_from_on", "rests_until_on",
    "expires_at", "public_id", "token_digest",
)  # fmt: skip
ALWAYS = "OLD.id IS NOT NULL"


def changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def frozen(table: str, what: str, condition: str) -> list[guards.Guard]:
    """Nothing is added to, taken from or changed in what belongs to a submitted version."""
    old, new = condition.format(row="OLD"), condition.format(row="NEW")
    return [
        guards.refuse("INSERT", table, name=f"submitted_survey_gains_no_{what}", when=new),
        guards.refuse("UPDATE", table, name=f"submitted_survey_changes_no_{what}", when=f"{old} OR {new}"),
        guards.refuse("DELETE", table, name=f"submitted_survey_loses_no_{what}", when=old),
    ]


class Migration(migrations.Migration):
    dependencies = [("service_desk", "0006_surveys")]
    operations = [
        guards.refuse(
            "UPDATE",
            "service_desk_surveyversion",
            name="published_survey_never_changes",
            when="OLD.state = 'published'",
        ),
        guards.refuse(
            "UPDATE",
            "service_desk_surveyversion",
            name="submitted_survey_keeps_its_wording",
            when=f"OLD.state = 'in-review' AND ({changed(WORDING)})",
        ),
        guards.refuse(
            "DELETE",
            "service_desk_surveyversion",
            name="submitted_survey_is_never_deleted",
            when="OLD.state IN ('in-review', 'published')",
        ),
        *frozen("service_desk_surveyquestion", "question", SUBMITTED),
        *frozen("service_desk_surveyoption", "option", OF_SUBMITTED),
        *frozen("service_desk_surveyskip", "skip", OF_SUBMITTED),
        guards.append_only("service_desk_surveyresponse"),
        guards.refuse(
            "UPDATE", "service_desk_surveyanswer", name="answer_to_a_survey_never_changes", when=changed(ANSWER)
        ),
        guards.refuse("DELETE", "service_desk_surveyanswer", name="answer_to_a_survey_is_never_lost", when=ALWAYS),
        guards.refuse(
            "INSERT", "service_desk_surveydraftanswer", name="answered_survey_takes_no_more_answers", when=ANSWERED
        ),
        guards.refuse(
            "UPDATE",
            "service_desk_surveyinvitation",
            name="invitation_to_a_survey_never_changes",
            when=changed(INVITATION),
        ),
        guards.refuse(
            "DELETE", "service_desk_surveyinvitation", name="invitation_to_a_survey_is_never_lost", when=ALWAYS
        ),
    ]
