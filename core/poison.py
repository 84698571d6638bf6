"""Rows that a sweep set aside: each later run tries them again, and a person may do so at once."""

import copy
import logging

from django.db import InterfaceError, OperationalError, transaction

from core import access, audit, clock, sweeps
from core.models import PoisonRow, User
from core.refusals import Refusal

logger = logging.getLogger(__name__)


def retry(poison: PoisonRow, *, by: User) -> bool:
    """Try a row once more, now. Returns whether it went through; the newest error is kept when it did not."""
    sweep = copy.copy(sweeps.get(poison.sweep))
    access.require(by, sweep.right)
    sweep.ctx = sweeps.Context(on=clock.today(), params=poison.run.params)
    try:
        with transaction.atomic():
            row = PoisonRow.objects.select_for_update().get(pk=poison.pk)
            if row.resolved_at:
                raise Refusal("row_not_set_aside")
            sweep.process([row.key])
            row.resolved_at = clock.now()
            row.save(update_fields=["resolved_at"])
            audit.record("core.job.retry", subject=row, actor=by, details={"job": row.sweep, "row": row.row})
    except (Refusal, OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("%s failed again", poison)
        with transaction.atomic():
            sweeps.set_aside(poison.run, poison.sweep, poison.key, error)
        return False
    return True
