"""What the parameters of the annual-card policy are called on screen (SEC-07 · A5.1.1)."""

from django.utils.translation import gettext_lazy as _

from cards.policy.parameters import (
    ActivationParameters,
    CodeParameters,
    InstalmentParameters,
    PaymentParameters,
    PurchaseParameters,
    RenewalParameters,
    TermParameters,
)
from core import parameters

OPERATIONS, FINANCE = "operations", "finance"

parameters.register(
    TermParameters,
    title=_("Term of a card"),
    department=OPERATIONS,
    labels={"first_day_counts": _("The first day counts")},
)
parameters.register(
    RenewalParameters,
    title=_("Renewal"),
    department=OPERATIONS,
    labels={
        "remind_before": _("Remind before the last day (days)"),
        "remind_after": _("Remind after the last day, within grace (days)"),
        "grace_days": _("Grace after the last day (days)"),
        "early_bird_days": _("Early-bird until so many days before the last day"),
        "early_bird_bps": _("Early-bird discount (basis points)"),
        "multi_year": _("Several years paid at once"),
        "multi_year.years": _("Years"),
        "multi_year.discount_bps": _("Discount (basis points)"),
        "tier_offers": _("Offers for tiers"),
        "tier_offers.tier": _("Tier"),
        "tier_offers.points_back_bps": _("More points back (basis points)"),
        "tier_offers.event_priority": _("Priority at events"),
        "veteran_from_renewal": _("Gift from this renewal on"),
        "auto_renewal_charge_days": _("Automatic renewal: charge so many days before the last day"),
        "auto_renewal_notice_days": _("Automatic renewal: announce so many days before the charge"),
        "auto_renewal_tries": _("Automatic renewal: tries, one a day"),
    },
)
parameters.register(
    InstalmentParameters,
    title=_("Instalments"),
    department=FINANCE,
    labels={
        "plans": _("Numbers of monthly parts on offer"),
        "remind_days": _("Remind of a late part (days late)"),
        "suspend_day": _("Suspend the card (days late)"),
    },
)
parameters.register(
    ActivationParameters,
    title=_("Activation"),
    department=OPERATIONS,
    labels={
        "within_days": _("To be activated within (days)"),
        "remind_before": _("Remind before that day (days)"),
        "tries": _("Wrong tries on one card"),
        "tries_window_minutes": _("Wrong tries are counted for (minutes)"),
        "lock_minutes": _("Then locked for (minutes)"),
    },
)
parameters.register(
    PurchaseParameters,
    title=_("Purchase"),
    department=FINANCE,
    labels={
        "real_name_threshold_minor": _("Identity asked from (minor units)"),
        "registered_face_cap_minor": _("Highest price of a registered card (minor units)"),
        "bearer_face_cap_minor": _("Highest price of a bearer card (minor units)"),
        "unit_cash_limit_minor": _("No cash from a company from (minor units)"),
        "person_cash_limit_minor": _("No cash from a person from (minor units)"),
        "cooling_off_days": _("Days to change one's mind"),
        "cards_per_person_and_product": _("Active cards per person and product"),
    },
)
parameters.register(
    PaymentParameters,
    title=_("Payment"),
    department=FINANCE,
    labels={
        "pay_within_minutes": _("An order is paid within (minutes)"),
        "await_word_minutes": _("A provider's word is awaited for (minutes)"),
        "refund_approval_above_minor": _("A second person agrees to refunds above (minor units)"),
    },
)
parameters.register(
    CodeParameters,
    title=_("Rotating code of the digital card"),
    department=OPERATIONS,
    labels={
        "life_seconds": _("Lives for (seconds)"),
        "refresh_seconds": _("Renewed on screen every (seconds)"),
        "clock_tolerance_seconds": _("Clocks may differ by (seconds)"),
    },
)
