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
        "remind_before": _("Remind before the last day"),
        "remind_after": _("Remind after the last day, within grace"),
        "grace_days": _("Grace after the last day"),
        "early_bird_days": _("Early-bird until so many days before the last day"),
        "early_bird_bps": _("Early-bird discount"),
        "multi_year": _("Several years paid at once"),
        "multi_year.years": _("Years"),
        "multi_year.discount_bps": _("Discount"),
        "tier_offers": _("Offers for tiers"),
        "tier_offers.tier": _("Tier"),
        "tier_offers.points_back_bps": _("More points back"),
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
        "within_days": _("To be activated within"),
        "remind_before": _("Remind before that day"),
        "tries": _("Wrong tries on one card"),
        "tries_window_minutes": _("Wrong tries are counted for"),
        "lock_minutes": _("Then locked for"),
    },
)
parameters.register(
    PurchaseParameters,
    title=_("Purchase"),
    department=FINANCE,
    labels={
        "real_name_threshold_minor": _("Identity asked from"),
        "registered_face_cap_minor": _("Highest price of a registered card"),
        "bearer_face_cap_minor": _("Highest price of a bearer card"),
        "unit_cash_limit_minor": _("No cash from a company from"),
        "person_cash_limit_minor": _("No cash from a person from"),
        "cooling_off_days": _("Days to change one's mind"),
    },
)
parameters.register(
    PaymentParameters,
    title=_("Payment"),
    department=FINANCE,
    labels={
        "pay_within_minutes": _("An order is paid within"),
        "await_word_minutes": _("A provider's word is awaited for"),
        "refund_approval_above_minor": _("A second person agrees to refunds above"),
    },
)
parameters.register(
    CodeParameters,
    title=_("Rotating code of the digital card"),
    department=OPERATIONS,
    labels={
        "life_seconds": _("Lives for"),
        "refresh_seconds": _("Renewed on screen every"),
        "clock_tolerance_seconds": _("Clocks may differ by"),
    },
)
