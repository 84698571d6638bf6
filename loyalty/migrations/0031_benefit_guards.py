from django.db import migrations

from core import guards

TERMS = (
    "name, name_zh_hans, name_zh_hant, description, description_zh_hans, description_zh_hant, from_tier, per_day, per_month, "
    "per_year, per_card, per_household, value_minor, cost_minor, last_valid_on, benefit_id, number"
)
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in TERMS.split(", "))
SUBMITTED = (
    "EXISTS (SELECT 1 FROM loyalty_benefitversion v"
    " WHERE v.id = {row}.benefitversion_id AND v.state IN ('in-review', 'approved'))"
)
PROMISE = ("member_id", "version_id", "uses", "starts_on", "last_valid_on")


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0030_benefits")]
    operations = [
        guards.refuse(
            "UPDATE", "loyalty_benefitversion", name="approved_benefit_never_changes", when="OLD.state = 'approved'"
        ),
        guards.refuse(
            "UPDATE",
            "loyalty_benefitversion",
            name="submitted_benefit_keeps_its_terms",
            when=f"OLD.state = 'in-review' AND ({CHANGED})",
        ),
        guards.refuse(
            "DELETE",
            "loyalty_benefitversion",
            name="submitted_benefit_is_never_deleted",
            when="OLD.state IN ('in-review', 'approved')",
        ),
        guards.refuse(
            "INSERT",
            "loyalty_benefitversion_stores",
            name="submitted_benefit_gains_no_store",
            when=SUBMITTED.format(row="NEW"),
        ),
        guards.refuse(
            "DELETE",
            "loyalty_benefitversion_stores",
            name="submitted_benefit_loses_no_store",
            when=SUBMITTED.format(row="OLD"),
        ),
        guards.refuse(
            "UPDATE",
            "loyalty_benefitgrant",
            name="granted_benefit_keeps_its_promise",
            when=" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in PROMISE),
        ),
    ]
