from django.db import migrations

from core import guards

TERMS = (
    "name, name_zh_hans, name_zh_hant, description, description_zh_hans, description_zh_hant, face, face_image, "
    "material, validity, months, season_starts, season_rolls_over, first_day_counts, min_age, min_spend_minor, "
    "min_visits, min_tier, by_invitation, currency, price_minor, cost_minor, market_price_minor, use_rule, "
    "is_registered, household_seats, max_per_member, agreement_id, product_id, number"
)
CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in TERMS.split(", "))
FROZEN = "OLD.state IN ('in-review', 'approved')"
SUBMITTED = (
    "EXISTS (SELECT 1 FROM cards_productversion v"
    " WHERE v.id = {row}.version_id AND v.state IN ('in-review', 'approved'))"
)
SUBMITTED_BENEFIT = (
    "EXISTS (SELECT 1 FROM cards_entitlement e JOIN cards_productversion v ON v.id = e.version_id"
    " WHERE e.id = {row}.entitlement_id AND v.state IN ('in-review', 'approved'))"
)


def frozen(table: str, what: str, condition: str) -> list[guards.Guard]:
    """Nothing is added to, taken from or changed in what belongs to a submitted version."""
    old, new = condition.format(row="OLD"), condition.format(row="NEW")
    return [
        guards.refuse("INSERT", table, name=f"submitted_version_gains_no_{what}", when=new),
        guards.refuse("UPDATE", table, name=f"submitted_version_changes_no_{what}", when=f"{old} OR {new}"),
        guards.refuse("DELETE", table, name=f"submitted_version_loses_no_{what}", when=old),
    ]


class Migration(migrations.Migration):
    dependencies = [("cards", "0001_initial")]
    operations = [
        guards.append_only("cards_price"),
        guards.append_only("cards_term"),
        guards.refuse(
            "INSERT",
            "cards_term",
            name="term_begins_after_the_one_before",
            when="EXISTS (SELECT 1 FROM cards_term t WHERE t.card_id = NEW.card_id AND t.last_valid_on >= NEW.starts_on)",
        ),
        guards.refuse(
            "UPDATE",
            "cards_productversion",
            name="terms_of_a_submitted_version_never_change",
            when=f"{FROZEN} AND ({CHANGED})",
        ),
        guards.refuse(
            "UPDATE",
            "cards_productversion",
            name="approved_version_stays_approved",
            when="OLD.state = 'approved' AND (NEW.state <> 'approved' OR OLD.terms_digest <> NEW.terms_digest)",
        ),
        guards.refuse("DELETE", "cards_productversion", name="submitted_version_is_never_deleted", when=FROZEN),
        *frozen("cards_entitlement", "benefit", SUBMITTED),
        *frozen("cards_entitlement_stores", "store_of_a_benefit", SUBMITTED_BENEFIT),
    ]
