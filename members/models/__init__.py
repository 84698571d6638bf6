from members.models.consent import Acceptance, Consent, LegalText, Purpose
from members.models.person import DocumentType, Household, IdentityDocument, Member, Sex, Source

__all__ = [
    "Acceptance",
    "Consent",
    "DocumentType",
    "Household",
    "IdentityDocument",
    "LegalText",
    "Member",
    "Purpose",
    "Sex",
    "Source",
]
