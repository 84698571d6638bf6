"""What the page of a member shows of her cases (MEM-03, SVC-01 · C2.1, A6.2)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from members import panels
from members.models import Member
from service_desk.queries import cases

SHOWN = 10


def _cases(member: Member) -> Mapping[str, Any]:
    return {"member": member, "cases": list(cases.of_member(member)[:SHOWN])}


panels.register(
    panels.Panel(
        "cases", _("Cases"), "admin/service_desk/member_cases.html", _cases, right="service_desk.view_case", order=15
    )
)
