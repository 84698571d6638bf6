from cards.models.card import (
    Activation,
    BenefitUse,
    Card,
    CardReminder,
    RenewalMandate,
    SpentCode,
    Term,
    UseCounter,
)
from cards.models.numbers import CardNumber, NumberBatch, NumberSeries
from cards.models.orders import Channel, Instalment, InstalmentPlan, Order, OrderEvent, OrderLine
from cards.models.products import Entitlement, LaunchPlan, Price, Product, ProductVersion
from cards.payments.models import GatewayEvent, Payment, Refund, SandboxCallback, SandboxCharge

__all__ = [
    "Activation",
    "BenefitUse",
    "Card",
    "CardNumber",
    "CardReminder",
    "Channel",
    "Entitlement",
    "GatewayEvent",
    "Instalment",
    "InstalmentPlan",
    "LaunchPlan",
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
    "RenewalMandate",
    "SandboxCallback",
    "SandboxCharge",
    "SpentCode",
    "Term",
    "UseCounter",
]
