"""A file of purchases: handed in, read, decided on, recorded whole, undone."""

import csv
import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock, sweeps
from core.models import JobRun, Store, User
from core.refusals import Refusal
from loyalty.jobs.imports import RecordImports
from loyalty.models import (
    ImportChunk,
    ImportDocument,
    MemberTier,
    PointTransaction,
    Purchase,
    PurchaseImport,
    PurchaseReturn,
    TierChange,
)
from loyalty.operations import budgets, bulk, imports, points, purchases, references
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member
from tests import factories
from tests.loyalty.conftest import balances, broken, cause
from tests.loyalty.files import HEADER, faults, file, hand_in, named, recorded, undone
from tests.loyalty.test_bulk import agreed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
FILE = file(
    "R-1,2026-11-20 14:05,1000000008,NJ1,W-1,wine,2,120.50",
    "R-1,2026-11-20 14:05,1000000008,NJ1,B-7,food,1,7.50",
    "R-2,2026-11-20 15:00,,NJ1,B-7,food,1,30",
    "R-3,2026-11-21 10:30,1000000008,NJ1,W-1,wine,-1,-60.25",
)


def test_from_the_file_to_the_points(planner: User, wanqing: Member, store: Store) -> None:
    row = named(hand_in(FILE, planner), planner)
    assert (row.state, row.rows, row.receipts, row.refused) == ("checked", 4, 3, 0)
    assert not Purchase.objects.exists()
    imports.confirm(row, by=planner)
    sweeps.run("imports.record")
    row.refresh_from_db()
    assert (row.state, row.recorded, row.refused) == ("done", 3, 0)
    first = Purchase.objects.get(external_id="till:R-1")
    assert (first.member, first.store, first.net_minor, first.receipt_number) == (wanqing, store, 12_800, "R-1")
    assert [line.category for line in first.lines.order_by("position")] == ["wine", "food"]
    assert Purchase.objects.get(external_id="till:R-2").member is None
    assert (PurchaseReturn.objects.get().purchase, balances(wanqing)[1]) == (first, 128 - 60)
    assert not ImportChunk.objects.exists()


def test_the_same_file_again_is_the_import_it_already_is_and_its_receipts_count_once(
    planner: User, wanqing: Member, store: Store
) -> None:
    row = recorded(FILE, planner)
    assert hand_in(FILE, planner) == row
    longer = recorded(FILE + b"\nR-4,2026-11-22,1000000008,NJ1,W-1,wine,1,10", planner)
    assert (longer.pk != row.pk, longer.recorded, longer.repeated) == (True, 1, 3)
    assert (Purchase.objects.count(), balances(wanqing)[1]) == (3, 78)


def test_undone_it_leaves_nothing_and_a_better_file_can_come(planner: User, wanqing: Member, store: Store) -> None:
    row = undone(recorded(FILE, planner), planner)
    assert (row.state, row.undone, row.kept) == ("undone", 3, 0)
    assert balances(wanqing) == (0, 0, 0, 0)
    assert all(one.returned_minor == one.net_minor for one in Purchase.objects.all())
    again = recorded(FILE, planner)
    assert (again.pk != row.pk, again.recorded, balances(wanqing)[1]) == (True, 3, 68)
    assert undone(again, planner).undone == 3
    assert balances(wanqing) == (0, 0, 0, 0)


LAST_YEARS = file(
    "R-1,2026-02-03,1000000008,NJ1,W-1,wine,1,7000", "R-2,2026-03-04,1000000008,NJ1,W-2,wine,1,3000",
)  # fmt: skip


def test_undone_it_takes_the_tiers_along_that_it_had_won_however_old_its_purchases(
    planner: User, wanqing: Member, store: Store
) -> None:
    row = recorded(LAST_YEARS, planner)
    assert MemberTier.objects.get(member=wanqing).tier == "gold"
    assert undone(row, planner).undone == 2
    held = MemberTier.objects.get(member=wanqing)
    assert (held.tier, held.promised_through) == ("normal", None)
    changes = list(TierChange.objects.order_by("sequence").values_list("to_tier", "why"))
    assert changes[-1] == ("normal", "returned")
    assert broken() == []


def test_a_tier_that_was_reached_without_the_file_stays(planner: User, wanqing: Member, store: Store) -> None:
    purchases.record(wanqing, [Line(250_000)], arrival=Arrival("api", "own", clock.now(), store=store))
    row = undone(recorded(LAST_YEARS, planner), planner)
    assert (row.undone, MemberTier.objects.get(member=wanqing).tier) == (2, "silver")
    assert broken() == []


@pytest.mark.parametrize(("days", "tier"), [(30, "normal"), (31, "gold")])
def test_undone_too_late_it_leaves_the_promise_as_a_late_return_does(
    planner: User, wanqing: Member, store: Store, days: int, tier: str
) -> None:
    row = recorded(LAST_YEARS, planner)
    with clock.stopped(clock.now() + dt.timedelta(days=days)):
        undone(row, planner)
    assert (MemberTier.objects.get(member=wanqing).tier, broken()) == (tier, [])


def test_what_was_spent_beyond_what_may_be_owed_is_not_undone_and_says_so(
    planner: User, wanqing: Member, store: Store
) -> None:
    long_ago = dt.date(2026, 9, 1)
    content = file(f"R-1,{long_ago},1000000008,NJ1,W-1,wine,1,9000", f"R-2,{long_ago},1000000008,NJ1,W-2,wine,1,500")
    row = recorded(content, planner)
    points.spend(wanqing, balances(wanqing)[0], cause=cause())
    row = undone(row, planner)
    assert (row.state, row.undone, row.kept) == ("undone", 1, 1)
    assert faults(row) == [(1, "undo_beyond_debt")]
    assert balances(wanqing)[3] == Purchase.objects.get(external_id=f"~{row.pk}~till:R-2").earned.points  # type: ignore[union-attr]
    assert Purchase.objects.get(external_id="till:R-1").returned_minor == 0


def test_a_return_of_what_another_file_brought_stays(planner: User, wanqing: Member, store: Store) -> None:
    recorded(file("R-1,2026-11-20,1000000008,NJ1,W-1,wine,2,100"), planner)
    back = recorded(file("R-9,2026-11-21,1000000008,NJ1,W-1,wine,-1,-50"), planner)
    assert (back.recorded, balances(wanqing)[1]) == (1, 50)
    back = undone(back, planner)
    assert (back.undone, back.kept, faults(back)) == (0, 1, [(1, "return_stays")])


def test_every_row_that_is_wrong_is_told_and_its_receipt_left_whole(
    planner: User, wanqing: Member, store: Store
) -> None:
    row = recorded(
        file(
            "R-1,2026-11-20,1000000008,NJ1,W-1,wine,1,10",
            "R-2,2026-11-20,1000000008,NJ1,W-1,wine,1,10",
            "R-2,2026-11-20,1000000008,NJ1,W-2,wine,0,10",
            "R-3,20.11.2026,1000000008,NJ1,W-1,wine,1,10",
            "R-4,2026-11-20,9999999999,NJ1,W-1,wine,1,10",
            "R-5,2026-11-20,1000000008,XX,W-1,wine,1,10",
            "R-6,2026-11-20,1000000008,NJ1,W-1,wine,1,1E+17",
            "R-7,2027-11-20,1000000008,NJ1,W-1,wine,1,10",
            "R-8,2026-11-20,1000000008,NJ1,W-1,wine,-1,-10",
            "R-8,2026-11-20,1000000008,NJ1,W-1,wine,1,10",
            "R-9,2026-11-20,1000000008,NJ1",
            "R-10,2026-11-21,1000000008,NJ1,NEVER,wine,-1,-10",
            "1.2E+17,2026-11-20,1000000008,NJ1,W-1,wine,1,10",
            "R-11,2026-11-20,1000000008,NJ1,W-1,wine,1,7",
        ),
        planner,
    )
    assert (row.recorded, row.refused, Purchase.objects.count()) == (2, 6, 2)
    assert faults(row) == [
        (3, "quantity_zero"), (4, "date_unreadable"), (5, "member_unknown"), (6, "store_unknown"),
        (7, "amount_unreadable"), (8, "purchase_in_the_future"), (10, "receipt_both_ways"),
        (11, "row_has_other_columns"), (12, "return_unmatched"), (13, "number_in_scientific_form"),
        (13, "receipt_number_missing"),
    ]  # fmt: skip
    assert balances(wanqing)[1] == 17


def test_a_fault_in_row_9999_is_told_and_every_other_receipt_counts(
    planner: User, wanqing: Member, store: Store
) -> None:
    rows = [f"R-{n // 2},2026-11-{n % 20 + 1:02},,NJ1,W-1,wine,1,1" for n in range(0, 20_000, 2)]
    rows[9_998] = "R-9998,2026-11-20,,NJ1,W-1,wine,nothing,1"
    rows.append("R-0,2026-11-20,,NJ1,W-2,wine,1,1")  # of a receipt that began ten chunks before
    row = recorded(file(*rows), planner)
    assert (row.rows, row.receipts, row.recorded, faults(row)) == (
        10_001,
        9_999,
        9_999,
        [(9_999, "quantity_unreadable")],
    )
    assert Purchase.objects.get(external_id="till:R-0").net_minor == 200


def test_the_columns_can_be_named_again_and_the_file_be_thrown_away(
    planner: User, wanqing: Member, store: Store
) -> None:
    row = named(hand_in(FILE, planner), planner, member_is="phone")
    assert row.refused == 2
    imports.name_anew(row, by=planner)
    row = named(row, planner)
    assert (row.refused, faults(row)) == (0, [])
    imports.discard(row, by=planner)
    assert not PurchaseImport.objects.exists()
    assert not ImportDocument.objects.exists()


def zipped(*names: str) -> bytes:
    """An archive that holds files of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_is_empty"),
        (b"\n\n\n", "file_is_empty"),
        (HEADER.encode(), "file_has_no_rows"),
        (b"PK\x03\x04whatever", "file_is_a_workbook"),
        (zipped("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"), "file_is_a_workbook"),
        (zipped("mimetype", "content.xml"), "file_is_a_workbook"),
        (gzip.compress(zipped("[Content_Types].xml")), "file_is_a_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "file_is_a_workbook"),
        (zipped("till.csv"), "file_is_an_archive"),
        (zipped(), "file_is_an_archive"),
        (b"<!DOCTYPE html><table>", "file_is_markup"),
        (b" <?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>", "file_is_markup"),
        (b"a,b\n\x00,\x01", "file_encoding_unknown"),
        (b"a,b\n\xff\xff\xff", "file_encoding_unknown"),
        (b"\x1f\x8bnonsense", "file_is_no_table"),
        (gzip.compress(FILE)[:-9], "file_is_cut_off"),
        (gzip.compress(b"0" * (65 * 1024 * 1024)), "file_too_large"),
        (b"a," * 70 + b"\n1", "file_has_too_many_columns"),
        (b'a,b\n1,"' + b"x" * 200_000 + b'"', "file_is_no_table"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_before_anything_is_kept(planner: User, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        hand_in(content, planner)
    assert refused.value.code == code
    assert not PurchaseImport.objects.exists()


def test_a_table_whose_first_column_begins_with_the_letters_of_an_archive_is_a_table(
    planner: User, store: Store
) -> None:
    row = hand_in(FILE.replace(HEADER.encode().split(b",")[0], b"PK number", 1), planner)
    assert row.header[0] == "PK number"


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_recognised(
    planner: User, store: Store, encoding: str, told: str, separator: str
) -> None:
    text = "小票号,日期,会员编号,商品名称,数量,金额\nR-1,2026-11-20,,龍井䶮,1,10".replace(",", separator)
    row = recorded(text.encode(encoding), planner)
    assert (row.encoding, row.recorded) == (told, 1)
    assert Purchase.objects.get().lines.get().description == "龍井䶮"


def test_the_file_lies_sealed_and_what_looks_like_a_formula_goes_out_inert(planner: User, client: Client) -> None:
    row = named(hand_in(file("=cmd(),2026-11-20,+8613812340001,NJ1,W-1,wine,0,10"), planner), planner)
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("importchunk", "importfault"):
            cursor.execute(f"SELECT * FROM loyalty_{table}")
            assert "8613812340001" not in str(cursor.fetchall())
    client.force_login(planner)
    told = b"".join(client.get(f"/admin/loyalty/purchaseimport/{row.pk}/faults.csv")).decode("utf-8-sig")
    line = list(csv.reader(io.StringIO(told)))[1]
    assert line[:3] == ["1", "A quantity of zero is neither sale nor return.", "'=cmd()"]
    assert line[4] == "'+8613812340001"


def test_another_currency_needs_a_rate(planner: User, wanqing: Member, store: Store) -> None:
    row = hand_in(FILE, planner)
    with pytest.raises(Refusal) as refused:
        named(row, planner, currency="GBP")
    assert refused.value.code == "rate_unreadable"
    named(row, planner, currency="GBP", rate="9.1")
    assert ImportDocument.objects.get(number="R-1").net_minor == round(12_050 * 9.1) + round(750 * 9.1)


def test_members_are_found_by_the_customer_numbers_of_the_other_system(
    planner: User, wanqing: Member, store: Store
) -> None:
    table = b"customer,member\n17850,1000000008\n13047,1000000009\n17850,1000000008"
    assert references.enter(table, source="till", by=planner) == (1, [2])
    assert references.enter(table, source="till", by=planner) == (0, [2])
    row = recorded(FILE.replace(b"1000000008", b"17850.0"), planner, member_is="reference")
    assert (row.recorded, balances(wanqing)[1]) == (3, 68)


def test_killed_between_two_batches_it_goes_on_where_it_stopped(
    planner: User, wanqing: Member, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecordImports, "batch", 2)
    rows = [f"R-{n},2026-11-20 10:{n:02},1000000008,NJ1,W-1,wine,1,10" for n in range(7)]
    row = named(hand_in(file(*rows), planner), planner)
    imports.confirm(row, by=planner)
    whole, turns = bulk.record, []

    def killed(*args: Any, **more: Any) -> Any:
        turns.append(1)
        if len(turns) == 3:
            raise KeyboardInterrupt
        return whole(*args, **more)

    monkeypatch.setattr(bulk, "record", killed)
    with pytest.raises(KeyboardInterrupt):
        sweeps.run("imports.record")
    row.refresh_from_db()
    assert (row.state, row.recorded, Purchase.objects.count()) == ("recording", 4, 4)
    monkeypatch.setattr(bulk, "record", whole)
    run = sweeps.run("imports.record")
    row.refresh_from_db()
    assert (row.state, row.recorded, run.done, JobRun.objects.filter(job="imports.record").count()) == ("done", 7, 7, 1)
    assert (balances(wanqing)[1], PointTransaction.objects.count()) == (70, 7)


def test_a_file_of_purchases_and_returns_holds_the_programmes_of_all_of_it_before_any_other(
    planner: User, wanqing: Member, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who locks one after another what others lock in their order waits for them for ever."""
    for code, per in (("b", "month"), ("a", "year")):
        capped = {"programme_cap_points": 500, "programme_cap_per": per}
        agreed(
            code, {"kind": "purchase", "effect": "bonus", "points": 7, **capped}, since=clock.now() - dt.timedelta(900)
        )
    whole, held = budgets.hold, []

    def told(wanted: Any) -> Any:
        held.append(set(wanted))
        return whole(wanted)

    monkeypatch.setattr(budgets, "hold", told)
    row = recorded(
        file(
            "R-1,2026-09-20,1000000008,NJ1,W-1,wine,2,100", "R-2,2026-10-21,1000000008,NJ1,W-1,wine,-1,-50",
            "R-3,2026-11-20,1000000008,NJ1,W-1,wine,1,100",
        ),
        planner,
    )  # fmt: skip
    assert (row.recorded, len(held)) == (3, 3)
    assert held[0] == {("a", "2026"), ("b", "2026-09"), ("b", "2026-11")} == held[1] | held[2]


def test_only_those_who_may_hand_in_and_decide(clerk: User, planner: User, wanqing: Member, store: Store) -> None:
    row = named(hand_in(FILE, planner), planner)
    forbidden: list[Callable[[], object]] = [
        lambda: hand_in(FILE, clerk),
        lambda: imports.confirm(row, by=clerk),
        lambda: imports.undo(row, by=clerk, reason="x"),
        lambda: references.enter(FILE, source="x", by=clerk),
    ]
    for act in forbidden:
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.status == 403
    too_early: list[Callable[[], object]] = [
        lambda: imports.undo(row, by=planner, reason="x"),
        lambda: imports.name_columns(row, columns={}, options={}, store=None, by=planner),
    ]
    for early in too_early:
        with pytest.raises(Refusal) as refused:
            early()
        assert refused.value.code == "stale"


def test_the_whole_way_through_the_back_office(client: Client, planner: User, wanqing: Member, store: Store) -> None:
    client.force_login(planner)
    base = "/admin/loyalty/purchaseimport"
    workbook = zipped("[Content_Types].xml", "xl/workbook.xml")
    for name in ("till.xlsx", "till.csv"):
        upload = {"file": SimpleUploadedFile(name, workbook, content_type="text/csv"), "origin": "till"}
        refused = client.post(f"{base}/add/", upload, headers={"accept-language": "en"})
        assert refused.status_code == 422
        assert "“CSV UTF-8 (Comma delimited) (*.csv)”" in refused.content.decode()
        assert not PurchaseImport.objects.exists()
    page = client.post(f"{base}/add/", {"file": SimpleUploadedFile("till.csv", FILE), "origin": "till"}, follow=True)
    row = PurchaseImport.objects.get()
    assert "R-1" in page.content.decode()
    wrong = client.post(f"{base}/{row.pk}/do/layout/", {"currency": "GBP", "dates": "ymd", "member_is": "number"})
    assert wrong.status_code == 422
    columns = ("document", "occurred", "member", "store", "sku", "category", "quantity", "amount")
    form = {f"column_{name}": str(place) for place, name in enumerate(columns)}
    told = {"currency": "CNY", "dates": "ymd", "member_is": "number", **form}
    assert client.post(f"{base}/{row.pk}/do/layout/", told).status_code == 302
    assert 'aria-label="Progress"' in client.get(f"{base}/{row.pk}/progress/").content.decode()
    sweeps.run("imports.read")
    assert client.get(f"{base}/{row.pk}/progress/")["HX-Refresh"] == "true"
    shown = client.get(f"{base}/{row.pk}/change/").content.decode()
    assert "Record them" in shown
    assert "¥158.00" in shown
    client.post(f"{base}/{row.pk}/do/confirm/")
    sweeps.run("imports.record")
    assert "Undo the file" in client.get(f"{base}/{row.pk}/change/").content.decode()
    client.post(f"{base}/{row.pk}/do/undo/", {"reason": ""})
    row.refresh_from_db()
    assert row.state == "done"
    client.post(f"{base}/{row.pk}/do/undo/", {"reason": "Wrong month"})
    sweeps.run("imports.undo")
    assert "Could not be undone" in client.get(f"{base}/{row.pk}/change/").content.decode()
    assert client.get(f"{base}/").status_code == 200
    assert client.post(f"{base}/{row.pk}/do/eat/").status_code == 404


def test_the_template_that_is_offered_can_be_handed_in_as_it_is(
    client: Client, planner: User, wanqing: Member, store: Store
) -> None:
    client.force_login(planner)
    content = b"".join(client.get("/admin/loyalty/purchaseimport/template.csv"))
    factories.StoreFactory.create(code="SH1")
    row = recorded(content, planner)
    assert (row.recorded, row.refused, balances(wanqing)[1]) == (2, 0, 128 - 60)
