"""What refusals of coordination say, and what its actions are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word(
    {
        "task_not_so": _("This does not fit how the task stands now."),
        "task_waits": _("It waits for “%(title)s”, which is not done."),
        "task_needs_proof": _("Say what shows that it is done."),
        "task_waits_in_a_circle": _("It would wait for itself."),
        "decision_has_its_task": _("A task has come of this decision already."),
        "decision_needs_words": _("Say what was decided."),
        "project_is_over": _("This project is over."),
        "project_has_tasks_left": _("Tasks that are not done: %(count)s. Finish them or give them up first."),
        "outcome_needed": _("Say what came of it."),
        "note_needs_words": _("Say how it stands."),
        "light_unknown": _("Choose how it stands."),
        "milestone_before_the_project": _("The milestone lies before the project begins."),
        "milestone_needs_a_name": _("A milestone needs a name."),
        "milestone_is_reached": _("This milestone has been reached."),
        "meeting_of_nobody": _("Say who was there."),
        "plan_ends_before_it_begins": _("The last day lies before the first."),
        "plan_too_long": _("A plan has five years at most."),
    }
)
words.enter(
    words.ACTION,
    {
        "service_desk.department_task.ask": _("Task asked for"),
        "service_desk.department_task.change": _("Task changed"),
        "service_desk.department_task.take": _("Task taken on"),
        "service_desk.department_task.begin": _("Task begun"),
        "service_desk.department_task.finish": _("Task done"),
        "service_desk.department_task.drop": _("Task given up"),
        "service_desk.department_task.reopen": _("Task opened again"),
        "service_desk.project.begin": _("Project begun"),
        "service_desk.project.change": _("Project changed"),
        "service_desk.project.note": _("Status of a project noted"),
        "service_desk.project.set_milestone": _("Milestone set"),
        "service_desk.project.reach": _("Milestone reached"),
        "service_desk.project.end": _("Project ended"),
        "service_desk.meeting.record": _("Minutes recorded"),
        "service_desk.meeting.decide": _("Decision added to the minutes"),
    },
)
