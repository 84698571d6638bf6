"""The link of an invitation (SVC-07 · D5.1): whoever has it answers, without logging in.

The token is a keyed digest of the row's random number, so that whoever reads the database cannot make one; what is kept to
find the row again is a digest of the token. Nothing in it speaks of the member.
"""

import uuid

from django.conf import settings
from django.db.models import QuerySet

from core import crypto
from members.models import Member
from service_desk.surveys.models import SurveyInvitation

DIGITS = 32
"""128 bits: what nobody guesses, and a link that an SMS can hold."""


def token_of(public_id: uuid.UUID) -> str:
    return crypto.keyed_digest(public_id.hex, key=settings.INDEX_KEY, purpose="survey-link")[:DIGITS]


def digest_of(token: str) -> str:
    return crypto.blind_index(token, purpose="survey-token")


def by_token(token: str) -> SurveyInvitation | None:
    """The invitation that a link leads to; None for anything that we did not make."""
    if len(token) != DIGITS or not token.isascii():
        return None
    return _rows().filter(token_digest=digest_of(token)).first()


def of_member(member: Member, public_id: uuid.UUID) -> SurveyInvitation | None:
    """Her own, from her inbox."""
    return _rows().filter(member=member, public_id=public_id).first()


def _rows() -> "QuerySet[SurveyInvitation]":
    return SurveyInvitation.objects.select_related("survey", "version__survey")
