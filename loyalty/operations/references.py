"""Customer numbers of other systems (MEM-13 · B3.1): by them a file says whose a purchase is."""

from collections.abc import Sequence

from django.db import transaction

from core import access, audit
from core.models import User
from core.refusals import Refusal
from loyalty.models import MemberReference
from loyalty.operations import import_files, imports
from loyalty.queries import identified

LONGEST = 60


@transaction.atomic
def enter(content: bytes, *, source: str, by: User) -> tuple[int, list[int]]:
    """Take a table of customer number and member number; how many are new, and the rows that name nobody.

    A number that is known already keeps its member.
    """
    access.require(by, imports.RIGHT)
    rows = [[cell.strip() for cell in row] for row in import_files.opened(content).rows()]
    if any(len(row) < 2 for row in rows):
        raise Refusal("reference_line_unfit", status=422)
    found: dict[str, int] = {}
    for start in range(0, len(rows), 1_000):
        found |= identified.members(identified.NUMBER, [row[1] for row in rows[start : start + 1_000]])
    unknown = [place for place, row in enumerate(rows, start=1) if not _fits(row, found)]
    before = MemberReference.objects.filter(source=source).count()
    MemberReference.objects.bulk_create(
        [
            MemberReference(source=source, reference=row[0], member_id=found[row[1]])
            for row in rows
            if _fits(row, found)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    added = MemberReference.objects.filter(source=source).count() - before
    audit.record("loyalty.reference.add", subject="loyalty.memberreference", actor=by,
                 details={"source": source, "added": added, "unknown": len(unknown)})  # fmt: skip
    return added, unknown


def _fits(row: Sequence[str], found: dict[str, int]) -> bool:
    return row[1] in found and 0 < len(row[0]) <= LONGEST and row[0].isprintable()
