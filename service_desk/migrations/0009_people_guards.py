from django.db import migrations

from core import guards

CLOSED = "EXISTS (SELECT 1 FROM service_desk_scorecard c WHERE c.id = OLD.card_id AND c.closed_at IS NOT NULL)"
FIGURE = ("kpi", "value", "basis", "target", "attainment_bps", "card_id")
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FIGURE)
SEEN = ("person_id", "assessor_id", "standard_id", "score_bps", "checked_at", "checked_on")


class Migration(migrations.Migration):
    """What was asked, answered and scored stays as it was: versions only grow, nothing graded or closed is touched."""

    dependencies = [("service_desk", "0008_people")]

    operations = [
        guards.append_only("service_desk_quizquestionversion"),
        guards.append_only("service_desk_coursematerial"),
        guards.refuse(
            "UPDATE",
            "service_desk_quizanswer",
            name="graded_answer_is_never_changed",
            when="OLD.is_right IS NOT NULL",
        ),
        guards.refuse(
            "UPDATE",
            "service_desk_quizattempt",
            name="graded_attempt_is_never_changed",
            when="OLD.closed_at IS NOT NULL",
        ),
        guards.refuse(
            "UPDATE", "service_desk_scorecard", name="closed_score_card_never_changes", when="OLD.closed_at IS NOT NULL"
        ),
        guards.refuse(
            "UPDATE", "service_desk_scorefigure", name="closed_figure_never_changes", when=f"{CLOSED} AND ({CHANGED})"
        ),
        guards.refuse("DELETE", "service_desk_scorefigure", name="closed_figure_is_never_deleted", when=CLOSED),
        guards.refuse(
            "UPDATE",
            "service_desk_spotcheck",
            name="spot_check_keeps_its_score",
            when=" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in SEEN),
        ),
        guards.append_only("service_desk_spotcheckmark"),
        guards.append_only("service_desk_poststandard"),
        guards.append_only("service_desk_standardcriterion"),
        guards.append_only("service_desk_kpitarget"),
        guards.append_only("service_desk_contestplace"),
        guards.append_only("service_desk_careerstep"),
    ]
