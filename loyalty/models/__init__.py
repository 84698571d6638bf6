from loyalty.models.arrivals import ImportChunk, ImportDocument, ImportFault, MemberReference, PurchaseImport
from loyalty.models.benefits import Adviser, Benefit, BenefitCounter, BenefitGrant, BenefitRedemption, BenefitVersion
from loyalty.models.coupons import Coupon, CouponBatch, CouponOffer
from loyalty.models.earning import EarnBudget, EarnCounter, EarnOccasion, EarnRule, EarnRuleVersion
from loyalty.models.ledger import Book, PointAccount, PointEntry, PointHold, PointLot, PointTransaction
from loyalty.models.money_off import OrderPoints, PurchaseDiscount
from loyalty.models.office import LapseReminder, PointAdjustment, PointCohort, PointMonth
from loyalty.models.purchases import Purchase, PurchaseLine, PurchaseReturn, PurchaseReturnLine, Source
from loyalty.models.rewards import Reward, RewardOrder, RewardStock, RewardStockMove
from loyalty.models.service_points import BenefitReservation, BookedSlot, ServicePoint
from loyalty.models.simulations import Simulation, SimulationMove
from loyalty.models.tiers import Activity, CountedDay, MemberTier, TierChange, TierHold

__all__ = [
    "Activity", "Adviser", "Benefit", "BenefitCounter", "BenefitGrant", "BenefitRedemption", "BenefitReservation",
    "BenefitVersion", "Book", "BookedSlot", "CountedDay", "Coupon", "CouponBatch", "CouponOffer", "EarnBudget",
    "EarnCounter", "EarnOccasion", "EarnRule", "EarnRuleVersion", "ImportChunk", "ImportDocument", "ImportFault",
    "LapseReminder", "MemberReference", "MemberTier", "OrderPoints", "PointAccount", "PointAdjustment", "PointCohort",
    "PointEntry", "PointHold", "PointLot", "PointMonth", "PointTransaction", "Purchase", "PurchaseDiscount",
    "PurchaseImport", "PurchaseLine", "PurchaseReturn", "PurchaseReturnLine", "Reward", "RewardOrder", "RewardStock",
    "RewardStockMove", "ServicePoint", "Simulation", "SimulationMove", "Source", "TierChange", "TierHold",
]  # fmt: skip
