"""What refusals of emergencies say, and what its actions are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from core import refusals, words

refusals.word(
    {
        "incident_not_so": _("This does not fit how the incident stands now."),
        "incident_is_closed": _("This incident is closed."),
        "incident_moment_to_come": _("That moment is still to come."),
        "incident_needs_words": _("Say it in a few words."),
        "incident_not_called": _("Nobody has called you in this incident."),
        "incident_is_announced": _("It is announced already."),
        "incident_owes_review": _("An incident this grave is closed by a review that a second person agrees to."),
        "incident_owes_report": _("The report to the authority is missing."),
        "severity_unknown": _("Choose how grave it is."),
        "severity_is_the_same": _("It is that grave already."),
        "drill_touches_nobody": _("This is a drill: no member and no case is touched by it."),
        "telling_concerns_nobody": _("This concerns no member."),
        "telling_needs_words": _("A language needs a title and a text."),
        "plan_waits": _("A version waits for a second person. Withdraw the request first."),
        "plan_not_in_force": _("No version of this plan is in force."),
        "plan_needs_criteria": _("Say when such an emergency is how grave."),
        "plan_needs_steps": _("A plan has at least one step, and each says what is done."),
        "chain_level_of_nobody": _("Every level of the contact chain names a post or a person."),
        "review_needs_words": _("Say what happened, and why."),
        "review_waits": _("This review waits for a second person, or is agreed."),
        "review_by_who_led": _("Whoever led the incident does not agree to its review."),
        "list_too_long": _("A list has ten thousand lines at most."),
        "line_is_no_number": _("neither a member number nor a card number"),
        "line_is_unknown": _("no such member or card"),
        "line_is_closed": _("this membership is closed"),
    }
)
words.enter(
    words.ACTION,
    {
        "service_desk.incident.declare": _("Incident declared"),
        "service_desk.incident.call": _("Contact chain called"),
        "service_desk.incident.acknowledge": _("Incident acknowledged"),
        "service_desk.incident.take_over": _("Lead of an incident taken"),
        "service_desk.incident.severity": _("Severity of an incident changed"),
        "service_desk.incident.move": _("State of an incident changed"),
        "service_desk.incident.note": _("Entry on a time line"),
        "service_desk.incident.tick": _("Step of a plan done"),
        "service_desk.incident.report": _("Report to the authority recorded"),
        "service_desk.incident.link": _("Cases linked to an incident"),
        "service_desk.incident.unlink": _("Case taken from an incident"),
        "service_desk.incident.announce": _("Incident announced"),
        "service_desk.incident.prepare_answer": _("Answer for agents prepared"),
        "service_desk.incident.ask_telling": _("Message to members concerned written"),
        "service_desk.incident.tell": _("Message to members concerned released"),
        "service_desk.incident.write_review": _("Review of an incident written"),
        "service_desk.emergencyplan.draft": _("Emergency plan drafted"),
        "service_desk.emergencyplan.publish": _("Emergency plan in force"),
        "service_desk.emergencyplan.confirm": _("Emergency plan gone over"),
        "service_desk.emergencyplan.add": _("Kind of emergency added"),
        "service_desk.emergencyplan.change": _("Kind of emergency changed"),
    },
)
