"""What arrives in the demo: a till's key, a file that was recorded, and one with faults that waits for a decision."""

import datetime as dt

from core import clock, sweeps
from core.api import clients
from core.models import ApiClient, Store, User
from loyalty.models import MemberReference, PurchaseImport
from loyalty.operations import imports, machines
from members.models import Member

HEADER = "Receipt number,Date,Member,Store,Article,Category,Quantity,Amount"
COLUMNS = {name: place for place, name in enumerate(
    ("document", "occurred", "member", "store", "sku", "category", "quantity", "amount")
)}  # fmt: skip
OPTIONS = {"dates": "ymd", "member_is": "number", "currency": "CNY"}
ORIGIN = "web-shop"


def load() -> None:
    """Loading it again changes nothing."""
    planner = User.objects.with_email("planner@tessera.example")
    administrator = User.objects.with_email("admin@tessera.example")
    if planner is None or administrator is None:
        raise LookupError("the demo's people come first: members.demo.load")
    if not ApiClient.objects.exists():
        store = Store.objects.get(code="SH1")
        scopes = [machines.WRITE, machines.READ, machines.MEMBERS]
        clients.make("Till 1 at Nanjing Road", scopes, by=administrator, store=store)
        gone, _ = clients.make("Old web shop", [machines.WRITE], by=administrator)
        clients.revoke(gone, by=administrator, reason="The shop was moved.")
    if PurchaseImport.objects.exists():
        return
    member = Member.objects.by_phone("+8613800138001").get()
    MemberReference.objects.get_or_create(source=ORIGIN, reference="W-20481", defaults={"member": member})
    for name, content in (
        ("web-shop-week-45.csv", _good(member.number)),
        ("web-shop-week-46.csv", _bad(member.number)),
    ):
        row = imports.hand_in(content, name=name, origin=ORIGIN, by=planner)
        imports.name_columns(row, columns=COLUMNS, options=OPTIONS, store=None, by=planner)
        sweeps.run("imports.read")
        if content == _good(member.number):
            imports.confirm(row, by=planner)
            sweeps.run("imports.record")


def _file(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def _back(days: int) -> str:
    return (clock.today() - dt.timedelta(days=days)).isoformat()


def _good(number: str) -> bytes:
    return _file(
        f"W-9001,{_back(16)},{number},SH1,TEA-12,food,2,96.00",
        f"W-9001,{_back(16)},{number},SH1,CUP-03,home,1,58.00",
        f"W-9002,{_back(15)},,SH1,TEA-12,food,1,48.00",
        f"W-9003,{_back(14)},{number},SH1,TEA-12,food,-1,-48.00",
    )


def _bad(number: str) -> bytes:
    return _file(
        f"W-9101,{_back(9)},{number},SH1,TEA-12,food,1,48.00",
        f"W-9102,{_back(9)},{number},SH1,TEA-12,food,0,48.00",
        f"W-9103,{_back(8)},0000000000,SH1,CUP-03,home,1,58.00",
        f"W-9104,31.12.2025,{number},SH1,CUP-03,home,1,58.00",
        f"9.10500E+17,{_back(8)},{number},SH1,CUP-03,home,1,58.00",
        f"W-9106,{_back(7)},{number},SH1,JAM-01,food,-1,-32.00",
    )
