"""The cards of the demo, as their planner wrote them: words in three languages, benefits, prices in minor units."""

from dataclasses import dataclass, field
from typing import Any

Words = tuple[str, str, str]


def _worded(name: Words, description: Words) -> dict[str, Any]:
    fields = ("name", "name_zh_hans", "name_zh_hant")
    texts = ("description", "description_zh_hans", "description_zh_hant")
    return dict(zip(fields, name, strict=True)) | dict(zip(texts, description, strict=True))


def benefit(code: str, name: Words, description: Words, **terms: Any) -> dict[str, Any]:
    return {"code": code, **_worded(name, description), **terms}


@dataclass(frozen=True)
class Sample:
    """A card: its code and number prefix, its terms, its benefits, what is said about it, how many numbers to make."""

    code: str
    prefix: str
    position: int
    terms: dict[str, Any]
    benefits: list[dict[str, Any]]
    promotion: str
    on_sale_days: int = 120
    review_days: int = 180
    central: int = 300
    a_store: int = 40
    stores: dict[str, tuple[str, ...]] = field(default_factory=dict)


COFFEE = benefit(
    "coffee",
    ("A cup of the day", "每日一杯", "每日一杯"),
    (
        "Coffee or tea of the day, on the house, at any counter.",
        "任意门店，当日精选咖啡或茶一杯，由我们请客。",
        "任意門店，當日精選咖啡或茶一杯，由我們請客。",
    ),
    per_day=1,
    per_month=12,
    value_minor=2_600,
    cost_minor=480,
    expected_uses=24,
)
GIFT = benefit(
    "birthday",
    ("Birthday present", "生日礼遇", "生日禮遇"),
    (
        "A present of the season in the month of your birthday.",
        "生日当月，赠时令礼品一份。",
        "生日當月，贈時令禮品一份。",
    ),
    per_year=1,
    value_minor=8_800,
    cost_minor=2_600,
    expected_uses=1,
)
PARKING = benefit(
    "parking",
    ("Two hours of parking", "停车两小时", "停車兩小時"),
    ("Two hours free in our own car parks.", "自营停车场免费停放两小时。", "自營停車場免費停放兩小時。"),
    per_day=1,
    value_minor=2_000,
    cost_minor=200,
    expected_uses=10,
)

CITY = Sample(
    code="city",
    prefix="8600",
    position=10,
    on_sale_days=560,
    review_days=620,
    terms={
        **_worded(
            ("City Annual Card", "都会年卡", "都會年卡"),
            (
                "A year of small good things in the middle of the city: a cup a day, a place to park, a present on "
                "your birthday.",
                "闹市里的小确幸，一整年：每日一杯、停车无忧、生日有礼。",
                "鬧市裡的小確幸，一整年：每日一杯、停車無憂、生日有禮。",
            ),
        ),
        "face": {"from": "#0f5a60", "to": "#07282f", "accent": "#e6c78e", "pattern": "waves"},
        "material": "PVC",
        "months": 12,
        "price_minor": 29_900,
        "cost_minor": 900,
        "market_price_minor": 36_800,
        "use_rule": "personal",
    },
    benefits=[COFFEE, PARKING, GIFT],
    promotion="Poster in every window; a post on the day; clerks mention it with every third coffee.",
)
HARBOUR = Sample(
    code="harbour",
    prefix="8610",
    position=20,
    terms={
        **_worded(
            ("Harbour Gold Card", "海港金卡", "海港金卡"),
            (
                "Nights with a view of the water, breakfast for two, a late check-out when the bed is too good to leave.",
                "临水而居的夜晚，双人早餐，舍不得起床时的延迟退房。",
                "臨水而居的夜晚，雙人早餐，捨不得起床時的延遲退房。",
            ),
        ),
        "face": {"from": "#6d4a12", "to": "#2e1d05", "accent": "#ecca80", "pattern": "guilloche"},
        "material": "金属 Metal",
        "months": 12,
        "min_age": 18,
        "price_minor": 89_900,
        "cost_minor": 4_200,
        "market_price_minor": 109_900,
        "use_rule": "lendable",
        "household_seats": 2,
    },
    benefits=[
        benefit(
            "room-night",
            ("A night in a harbour room", "海港房一晚", "海港房一晚"),
            (
                "One night for two, Sunday to Thursday, subject to a free room.",
                "周日至周四，双人入住一晚，视房态安排。",
                "週日至週四，雙人入住一晚，視房態安排。",
            ),
            per_card=1,
            value_minor=68_800,
            cost_minor=21_000,
            expected_uses=1,
        ),
        benefit(
            "breakfast",
            ("Breakfast for two", "双人早餐", "雙人早餐"),
            (
                "The full buffet, also when you are not staying with us.",
                "自助早餐双人份，不住店亦可享用。",
                "自助早餐雙人份，不住店亦可享用。",
            ),
            per_day=1,
            per_card=12,
            value_minor=15_600,
            cost_minor=5_200,
            expected_uses=5,
        ),
        benefit(
            "late-check-out",
            ("Check-out at four", "下午四时退房", "下午四時退房"),
            ("Keep your room until 16:00.", "客房可保留至下午四时。", "客房可保留至下午四時。"),
            per_month=2,
            value_minor=12_000,
            cost_minor=1_500,
            expected_uses=2,
        ),
        COFFEE,
        PARKING,
        GIFT,
    ],
    promotion="Letter to members of silver and above; a stand in the hotel lobby through the season.",
    central=200,
    a_store=20,
    stores={"room-night": ("SH2",), "breakfast": ("SH2", "CD1"), "late-check-out": ("SH2", "CD1")},
)
SNOW = Sample(
    code="snow",
    prefix="8620",
    position=30,
    terms={
        **_worded(
            ("Snow Season Pass", "滑雪季卡", "滑雪季卡"),
            (
                "From the first snow in November to the last warm day of October: lifts, lessons, and a locker of your own.",
                "从十一月的初雪到来年十月：缆车、课程、专属储物柜。",
                "從十一月的初雪到來年十月：纜車、課程、專屬置物櫃。",
            ),
        ),
        "face": {"from": "#274060", "to": "#101d33", "accent": "#d3dae6", "pattern": "lattice"},
        "material": "PVC",
        "validity": "season",
        "season_starts": "11-01",
        "season_rolls_over": "09-01",
        "months": 12,
        "min_age": 6,
        "price_minor": 128_000,
        "cost_minor": 3_000,
        "market_price_minor": 148_000,
        "use_rule": "personal",
    },
    benefits=[
        benefit(
            "lift",
            ("A day of lifts", "全日缆车", "全日纜車"),
            ("All lifts, from opening to the last ride.", "开放时段内全部缆车。", "開放時段內全部纜車。"),
            per_day=1,
            per_card=20,
            value_minor=26_000,
            cost_minor=5_000,
            expected_uses=7,
        ),
        benefit(
            "lesson",
            ("A lesson in a small group", "小组课程", "小組課程"),
            (
                "Ninety minutes, four people at most, any level.",
                "九十分钟，最多四人，各种程度均可。",
                "九十分鐘，最多四人，各種程度均可。",
            ),
            per_month=1,
            per_card=3,
            value_minor=32_000,
            cost_minor=12_000,
            expected_uses=1,
        ),
        benefit(
            "locker",
            ("A locker of your own", "专属储物柜", "專屬置物櫃"),
            ("Yours for the season, at the foot of the slope.", "整季专属，就在雪道脚下。", "整季專屬，就在雪道腳下。"),
            per_card=1,
            value_minor=30_000,
            cost_minor=2_000,
            expected_uses=1,
        ),
        GIFT,
    ],
    promotion="Ski clubs and schools; a link for each coach.",
    central=200,
    a_store=20,
)
GARDEN = Sample(
    code="garden",
    prefix="8630",
    position=40,
    terms={
        **_worded(
            ("Garden Family Card", "园林家庭卡", "園林家庭卡"),
            (
                "Weekends out of doors for four: gardens, workshops, a picnic hamper.",
                "一家四口的户外周末：园林、手作、野餐篮。",
                "一家四口的戶外週末：園林、手作、野餐籃。",
            ),
        ),
        "face": {"from": "#3d5a2a", "to": "#18260e", "accent": "#e9d8a6", "pattern": "tessellation"},
        "material": "纸 Paper",
        "months": 12,
        "price_minor": 45_900,
        "cost_minor": 1_200,
        "market_price_minor": 49_900,
        "use_rule": "lendable",
        "household_seats": 4,
    },
    benefits=[
        benefit(
            "garden-day",
            ("A day in the gardens for four", "四人园林一日", "四人園林一日"),
            ("Entry for four on any day.", "任意一天，四人入园。", "任意一天，四人入園。"),
            per_month=1,
            value_minor=16_000,
            cost_minor=3_000,
            expected_uses=4,
        ),
        benefit(
            "hamper",
            ("A picnic hamper", "野餐篮", "野餐籃"),
            (
                "For four, packed by our kitchen; a day's notice, please.",
                "四人份，由后厨备好；请提前一天预约。",
                "四人份，由後廚備好；請提前一天預約。",
            ),
            per_card=4,
            value_minor=12_800,
            cost_minor=5_400,
            expected_uses=2,
        ),
        GIFT,
    ],
    promotion="Schools and kindergartens in spring; a table at the garden gate.",
    central=100,
    a_store=0,
)
ON_SALE = (CITY, HARBOUR, SNOW)
WAITING = GARDEN
