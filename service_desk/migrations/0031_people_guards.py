from django.db import migrations

from core import guards


class Migration(migrations.Migration):
    """What was asked and what was answered stays as it was: versions only grow, a graded attempt is never touched."""

    dependencies = [("service_desk", "0030_people_training")]

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
    ]
