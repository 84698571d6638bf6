from django.db import migrations

from core import guards

FROZEN = "(SELECT state FROM service_desk_planversion WHERE id = OLD.version_id) IN ('published', 'replaced')"


class Migration(migrations.Migration):
    """What happened stays as it was written; what two people put in force, and what was asked to be sent, never changes."""

    dependencies = [("service_desk", "0013_incidents")]

    operations = [
        guards.append_only("service_desk_incidententry"),
        guards.append_only("service_desk_membertold"),
        guards.refuse(
            "UPDATE",
            "service_desk_planversion",
            name="emergency_plan_in_force_never_changes",
            when="OLD.state IN ('published', 'replaced') AND (NEW.criteria IS DISTINCT FROM OLD.criteria"
            " OR NEW.texts IS DISTINCT FROM OLD.texts OR NEW.number IS DISTINCT FROM OLD.number)",
        ),
        guards.refuse("UPDATE", "service_desk_planstep", name="step_in_force_never_changes", when=FROZEN),
        guards.refuse("DELETE", "service_desk_planstep", name="step_in_force_is_never_taken_out", when=FROZEN),
        guards.refuse("UPDATE", "service_desk_plancall", name="chain_in_force_never_changes", when=FROZEN),
        guards.refuse("DELETE", "service_desk_plancall", name="chain_in_force_is_never_taken_out", when=FROZEN),
        guards.refuse(
            "UPDATE",
            "service_desk_incidenttelling",
            name="message_to_members_never_changes",
            when="NEW.texts IS DISTINCT FROM OLD.texts OR NEW.chosen IS DISTINCT FROM OLD.chosen"
            " OR NEW.rule IS DISTINCT FROM OLD.rule OR NEW.incident_id IS DISTINCT FROM OLD.incident_id",
        ),
    ]
