"""The tree of root causes (SVC-05 · D6.3), read whole: it is small, and every page walks it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from service_desk.models import RootCause

BETWEEN = " › "


@dataclass
class Tree:
    """Every cause by its id, and what lies below each, in the order of the page."""

    rows: dict[int, RootCause]
    below: dict[int | None, list[RootCause]] = field(default_factory=dict)

    def within(self, cause: int) -> set[int]:
        """A cause and everything below it."""
        found, level = {cause}, [cause]
        while level:
            level = [row.pk for pk in level for row in self.below.get(pk, ())]
            found.update(level)
        return found

    def top_of(self, cause: int) -> int:
        row = self.rows[cause]
        while row.parent_id is not None:
            row = self.rows[row.parent_id]
        return row.pk

    def path(self, cause: int) -> str:
        """`Store › Waiting time`."""
        names, row = [], self.rows[cause]
        names.append(row.localized_name)
        while row.parent_id is not None:
            row = self.rows[row.parent_id]
            names.append(row.localized_name)
        return BETWEEN.join(reversed(names))

    def leaves(self) -> Iterable[RootCause]:
        """What a complaint can name: in use, and not divided further."""
        return [row for row in self._walk(None) if not any(one.is_active for one in self.below.get(row.pk, ()))]

    def choices(self, *, also: int | None = None) -> list[tuple[int, str]]:
        """SVC-05 · D6.3 — what can be named, by its whole path; `also` is one that stands already, though it left use."""
        found = [(row.pk, self.path(row.pk)) for row in self.leaves()]
        if also is not None and also not in dict(found):
            found.append((also, self.path(also)))
        return found

    def _walk(self, parent: int | None) -> Iterable[RootCause]:
        for row in self.below.get(parent, ()):
            if row.is_active:
                yield row
                yield from self._walk(row.pk)


def tree() -> Tree:
    """SVC-05 · D6.3 — one query."""
    rows = {row.pk: row for row in RootCause.objects.order_by("position", "code")}
    found = Tree(rows)
    for row in rows.values():
        found.below.setdefault(row.parent_id, []).append(row)
    return found
