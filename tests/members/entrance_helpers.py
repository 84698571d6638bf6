"""What a visitor does at the door, and what she finds in her phone."""

import json

from django.test import Client

from core.models import Message, User
from members.models import Member

PHONE = "13912345678"
E164 = "+8613912345678"


def code_sent() -> str:
    """The code of the latest message that carries one."""
    row = Message.objects.filter(event="core.one_time_code").order_by("-id")[0]
    return str(json.loads(row.context)["code"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def ask_to_join(client: Client, address: str = PHONE, name: str = "Li Na", **more: str):
    return client.post("/account/join/", {"name": name, "address": address, "agreed": "on", **more})


def type_code(client: Client, code: str | None = None, **more):
    return client.post("/account/code/", {"code": code or code_sent()}, **more)


def is_inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def user_of(member: Member) -> User:
    """The log-in of a member who has one."""
    assert member.user is not None
    return member.user
