from cards.models.card import (
    Activation,
    BenefitUse,
    Card,
    SpentCode,
    Term,
    UseCounter,
)
from cards.models.confirming import CounterConfirmation
from cards.models.numbers import CardNumber, NumberBatch, NumberSeries
from cards.models.orders import Channel, Instalment, InstalmentPlan, Order, OrderEvent, OrderLine
from cards.models.products import Entitlement, LaunchPlan, Limited, Price, Product, ProductVersion, Tier
from cards.models.renewals import ActivationFollowUp, CardReminder, RenewalCharge, RenewalMandate
from cards.payments.models import GatewayEvent, Payment, Refund, SandboxCallback, SandboxCharge

__all__ = [
    "Activation",
    "ActivationFollowUp",
    "BenefitUse",
    "Card",
    "CardNumber",
    "CardReminder",
    "Channel",
    "CounterConfirmation",
    "Entitlement",
    "GatewayEvent",
    "Instalment",
    "InstalmentPlan",
    "LaunchPlan",
    "Limited",
    "NumberBatch",
    "NumberSeries",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "Price",
    "Product",
    "ProductVersion",
    "Refund",
    "RenewalCharge",
    "RenewalMandate",
    "SandboxCallback",
    "SandboxCharge",
    "SpentCode",
    "Term",
    "Tier",
    "UseCounter",
]
