"""Buying and paying."""

from django.utils.translation import gettext_lazy as _

from core import refusals

refusals.word(
    {
        "not_on_sale": _("This card cannot be bought at the moment."),
        "sold_later": _("With this tier the card can be bought from %(day)s."),
        "purchase_on_hold": _("We cannot take an order from you at the moment. Please call our service."),
        "instalments_on_hold": _("Paying in parts is not possible at the moment. Please choose to pay at once."),
        "purchase_limit": _("You already have, or have ordered, as many of these cards as one person may (%(limit)s)."),
        "not_eligible_min_age": _("This card is for people of %(needed)s and older. Please add your date of birth."),
        "not_eligible_min_spend": _("This card is for members who spent more in the last 12 months."),
        "not_eligible_min_visits": _("This card is for members with at least %(needed)s visits in the last 12 months."),
        "not_eligible_min_tier": _("This card is for members of a higher tier."),
        "not_eligible_invitation": _("This card is by invitation only. Please ask in one of our stores."),
        "identity_needed": _("An identity document is needed for this purchase."),
        "agreement_changed": _("The agreement has changed since you opened this page. Please read the new one."),
        "store_needed": _("A counter sale needs a store."),
        "price_is_fixed": _("The price is fixed and cannot be changed here. The attempt has been recorded."),
        "order_not_cancellable": _("This order can no longer be cancelled."),
        "order_too_late_to_pay": _("The time to pay this order is over. Please order again."),
        "order_not_payable": _("There is nothing to pay on this order."),
        "gateway_unknown": _("This way of paying is not available."),
        "gateway_unavailable": _("The payment service does not answer. Nothing was charged; please try again shortly."),
        "card_not_in_store_stock": _("This card does not lie in your store's stock of this product."),
        "cash_above_limit": _("So much may not be paid in cash. Please use the card terminal."),
        "cash_too_little": _("The cash does not cover the amount."),
        "terminal_reference_used": _("This terminal reference has already been booked."),
        "terminal_reference_needed": _("Please type the reference that the terminal printed."),
        "refund_above_paid": _("No more than %(left)s is left to refund on this payment."),
        "refund_goes_through_provider": _("This refund goes through the payment provider by itself."),
        "renewal_refund_is_a_return": _("A delivered renewal can only be refunded in part."),
        "instalment_plan_unknown": _("This number of parts is not offered."),
        "instalment_too_small": _("The amount is too small to be paid in so many parts."),
        "payment_does_not_fit": _("This money does not fit the order as it stands. It can only be sent back."),
        "points_at_most": _("At most %(most)s points can be used here."),
        "bill_changed": _("Something has changed since. Please look at the amounts again."),
        "points_not_accepted": _("Points cannot pay here."),
        "payment_not_set_aside": _("This payment is not set aside."),
    }
)
