"""What the database itself refuses: a complaint closed without its cause, a compensation changed after it was given."""

from django.db import migrations

from core import guards

GIVEN = (
    "case_id", "member_id", "means", "points", "offer_id", "payment_id", "amount_minor", "currency", "counted_minor",
    "authority", "limit_minor", "key", "asked_by_id", "decided_by_id", "approval_id", "state", "given_at", "transaction_id",
    "coupon_id", "refund_id",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("service_desk", "0003_complaints")]
    operations = [
        guards.refuse(
            "UPDATE",
            "service_desk_case",
            name="complaint_is_closed_with_its_cause",
            when="NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.kind = 'complaint' AND NOT EXISTS (SELECT 1"
            " FROM service_desk_complaint WHERE case_id = NEW.id AND finding <> '' AND cause_id IS NOT NULL)",
        ),
        guards.refuse(
            "DELETE", "service_desk_compensation", name="compensation_is_never_lost", when="OLD.id IS NOT NULL"
        ),
        guards.refuse(
            "UPDATE",
            "service_desk_compensation",
            name="given_compensation_is_never_changed",
            when="OLD.state = 'given' AND ("
            + " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in GIVEN)
            + ")",
        ),
        guards.append_only("service_desk_complaintstep"),
        guards.append_only("service_desk_improvementevent"),
        guards.append_only("service_desk_improvementreview"),
    ]
