"""The rewards of the demo: a small catalogue with stock, coupons, a gift that waits at a store and one to send."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import clock
from core.models import Store, User
from loyalty.models import CouponOffer, Reward, RewardOrder
from loyalty.operations import catalogue, coupons, rewards
from members.models import Member

OFFERS: tuple[tuple[str, tuple[str, str, str], dict[str, Any]], ...] = (
    ("ten-off", ("¥10 off", "满减券 10 元", "滿減券 10 元"), {"value_minor": 1_000, "min_minor": 5_000, "days": 60}),
    (
        "wine-15",
        ("15 % off wine", "葡萄酒 85 折券", "葡萄酒 85 折券"),
        {"effect": "percent", "value_bps": 1_500, "most_minor": 10_000, "categories": ["wine"], "days": 90},
    ),
    (
        "welcome-back",
        ("¥30 for you", "30 元回馈券", "30 元回饋券"),
        {"value_minor": 3_000, "min_minor": 15_000, "days": 30},
    ),
)
# code, names, descriptions, picture, colour, points, cost, what else, stock by place ("" is the warehouse)
GIFTS: tuple[tuple[Any, ...], ...] = (
    (
        "notebook",
        ("Thread-bound notebook", "线装手账本", "線裝手帳本"),
        ("Rice paper, bound by hand in Suzhou.", "苏州手工线装，宣纸内页。", "蘇州手工線裝，宣紙內頁。"),
        ("book-open", "slate", 600, 1_800, {}, {"SH1": 2, "CD1": 3}),
    ),
    (
        "tote",
        ("Canvas tote with the two halves", "信物双半帆布袋", "信物雙半帆布袋"),
        (
            "Heavy canvas, the token of the programme on it.",
            "厚实帆布，印有信物双半图案。",
            "厚實帆布，印有信物雙半圖案。",
        ),
        ("shopping-bag", "jade", 800, 2_500, {"per_member": 2, "can_deliver": True}, {"SH1": 40, "SH2": 30, "": 60}),
    ),
    (
        "celadon-cup",
        ("Longquan celadon cup", "龙泉青瓷杯", "龍泉青瓷杯"),
        ("Plum-green glaze, fired in small lots.", "梅子青釉，小窑烧制。", "梅子青釉，小窯燒製。"),
        ("coffee", "sky", 2_400, 6_800, {"can_deliver": True}, {"SH1": 12, "CD1": 8, "": 20}),
    ),
    (
        "umbrella",
        ("Oil-paper pattern umbrella", "油纸伞纹晴雨伞", "油紙傘紋晴雨傘"),
        ("Opens at a touch, stands up to a plum-rain summer.", "一键开合，梅雨无忧。", "一鍵開合，梅雨無憂。"),
        ("umbrella", "plum", 3_200, 7_900, {"can_deliver": True}, {"SH2": 9, "": 25}),
    ),
    (
        "tea-tasting",
        ("Tea tasting for two", "双人品茶会", "雙人品茶會"),
        (
            "An afternoon with six teas and their maker.",
            "与制茶人共度午后，品六款好茶。",
            "與製茶人共度午後，品六款好茶。",
        ),
        ("leaf", "gold", 5_000, 18_000, {"min_tier": "gold", "per_member": 1}, {"SH1": 6, "CD1": 6}),
    ),
    (
        "lamp",
        ("Bamboo reading lamp", "竹影阅读灯", "竹影閱讀燈"),
        ("Warm light through woven bamboo.", "竹编光影，暖意融融。", "竹編光影，暖意融融。"),
        ("lamp", "rose", 9_800, 26_000, {}, {"SH1": 0}),
    ),
    (
        "new-tea",
        ("First tea of the spring", "明前新茶", "明前新茶"),
        (
            "Sixty grams of West Lake Longjing, picked before Qingming; higher tiers come first.",
            "西湖龙井 60 克，清明前采摘；等级越高，越早可兑。",
            "西湖龍井 60 克，清明前採摘；等級越高，越早可兌。",
        ),
        ("leaf", "jade", 1_800, 5_200, {"starts_in": 2, "per_member": 2}, {"SH1": 20, "SH2": 20, "CD1": 20}),
    ),
)
FOR_POINTS: tuple[tuple[str, str, str, str, int, dict[str, Any]], ...] = (
    ("coupon-ten", "ten-off", "ticket", "rose", 900, {}),
    ("coupon-wine", "wine-15", "wine", "plum", 1_500, {"per_member": 3}),
)
WANQING, THOMAS = "+8613800138001", "+85291234567"


def load() -> None:
    """Loading it again changes nothing."""
    if Reward.objects.exists():
        return
    planner = User.objects.with_email("planner@tessera.example")
    service = User.objects.with_email("service@tessera.example")
    if planner is None or service is None:
        raise LookupError("the demo's people come first: members.demo.load")
    with transaction.atomic():
        offers = {code: _offer(code, names, terms, planner) for code, names, terms in OFFERS}
        for gift in GIFTS:
            _gift(*gift, by=planner)
        for code, offer, icon, tone, points, more in FOR_POINTS:
            _on_offer(_of_coupon(offers[offer]) | more, by=planner, code=code, icon=icon, tone=tone, points=points)
        _redeem(offers, planner, service)


def _redeem(offers: dict[str, CouponOffer], planner: User, service: User) -> None:
    wanqing, thomas = (Member.objects.by_phone(phone).get() for phone in (WANQING, THOMAS))
    rewards.order(
        wanqing,
        Reward.objects.get(code="notebook"),
        key="demo",
        way=RewardOrder.Way.PICK_UP,
        store=Store.objects.get(code="SH1"),
    )
    home = rewards.Address(thomas.name, thomas.phone or "", "香港中环皇后大道中 99 号 12 楼")
    cup = Reward.objects.get(code="celadon-cup")
    rewards.order(thomas, cup, key="demo", way=RewardOrder.Way.DELIVERY, to=home)
    coupons.grant(offers["welcome-back"], wanqing, key="demo-1", reason="The autumn parcel came late.", by=service)
    batch = coupons.ask_batch(offers["ten-off"], 200, reason="Leaflets of the winter market.", by=planner)
    coupons.make(batch, most=batch.count)


def _names(names: tuple[str, str, str], field: str = "name") -> dict[str, str]:
    return dict(zip((field, f"{field}_zh_hans", f"{field}_zh_hant"), names, strict=True))


def _offer(code: str, names: tuple[str, str, str], terms: dict[str, Any], by: User) -> CouponOffer:
    return coupons.offer({"code": code, **_names(names), **terms}, stores=[], by=by)


def _of_coupon(offer: CouponOffer) -> dict[str, Any]:
    names = (offer.name, offer.name_zh_hans, offer.name_zh_hant)
    return {**_names(names), "kind": Reward.Kind.COUPON, "offer": offer}


def _gift(code: str, names: Any, texts: Any, terms: Any, *, by: User) -> None:
    icon, tone, points, cost, more, stock = terms
    worded = _names(names) | _names(texts, "description")
    if "starts_in" in more:
        more = {"starts_on": clock.today() + dt.timedelta(days=more["starts_in"]), **more}
        del more["starts_in"]
    reward = _on_offer(worded | more, by=by, code=code, icon=icon, tone=tone, points=points, cost_minor=cost)
    for place, count in stock.items():
        if count:
            store = Store.objects.get(code=place) if place else None
            catalogue.restock(reward, count, store=store, reason="First delivery", by=by)


def _on_offer(terms: dict[str, Any], *, by: User, **more: Any) -> Reward:
    return catalogue.move(catalogue.draft(by=by, **terms, **more), Reward.State.ON_SALE, by=by)
