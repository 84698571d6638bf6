from members.models.consent import Acceptance, Consent, LegalText, Purpose
from members.models.entrance import CounterPin, OneTimeCode
from members.models.person import DocumentType, Household, IdentityDocument, Member, Sex, Source
from members.models.referrals import Referral

__all__ = [
    "Acceptance",
    "Consent",
    "CounterPin",
    "DocumentType",
    "Household",
    "IdentityDocument",
    "LegalText",
    "Member",
    "OneTimeCode",
    "Purpose",
    "Referral",
    "Sex",
    "Source",
]
