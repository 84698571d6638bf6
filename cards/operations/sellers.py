"""CARD-07 · A3.2.2 — whoever sells cannot change price, benefits or terms; that somebody tried is kept and told."""

from django.db import models, transaction

from core import access, audit
from core.models import User
from core.refusals import Refusal
from risk import operations as risk_operations

ATTEMPT = "product-change-refused"


def require(user: User, right: str, *, subject: models.Model | str) -> None:
    """Refuse (`not_permitted`) who lacks the right, after recording the attempt where a refusal does not undo it.

    Call it before the operation opens its transaction.
    """
    if access.allows(user, right):
        return
    label = subject if isinstance(subject, str) else audit.label_of(subject)
    with transaction.atomic():
        risk_operations.note(ATTEMPT, subject=label, facts={"right": right, "by": user.pk}, alert=True)
        audit.record("cards.product.change_refused", subject=label, actor=user, details={"right": right})
    raise Refusal("not_permitted", status=403)
