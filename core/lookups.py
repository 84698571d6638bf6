"""`among`: a whole number or text that is one of many. For jobs, whose lists have thousands of entries.

    Member.objects.filter(pk__among=numbers)

Finds what `in` finds. On PostgreSQL the list is one parameter, an array, so that neither the ORM nor the server reads
thousands of places; elsewhere it is `in` itself. The values are taken as they are: keys, not rows.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject
from django.db.models.lookups import In


@ForeignObject.register_lookup
@Field.register_lookup
class Among(In):
    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self.rhs]
