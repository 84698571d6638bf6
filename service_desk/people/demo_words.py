"""The words of the demo's standards, targets, rewards and plans."""

from typing import Any

from service_desk.people.demo_content import Words, worded


def _criterion(name: Words, weight: int = 1) -> dict[str, Any]:
    en, hans, hant = name
    return {"name": en, "name_zh_hans": hans, "name_zh_hant": hant, "weight": weight}


LEVELS: dict[str, dict[str, Any]] = {
    "junior": worded(
        ("Junior", "初级", "初級"),
        ("Learns beside a colleague.", "在同事指导下工作。", "在同事指導下工作。"),
    ),
    "clerk": worded(
        ("Professional", "中级", "中級"),
        ("Works on his own; certified for what he sells.", "独立工作，所售产品均持证。", "獨立工作，所售產品均持證。"),
    ),
    "senior": worded(
        ("Senior", "高级", "高級"),
        ("Coaches others and takes the hard cases.", "指导他人，处理疑难问题。", "指導他人，處理疑難問題。"),
    ),
}
STANDARD_REASON = "制度要求每个岗位都有考评标准。"
STANDARDS: dict[str, list[dict[str, Any]]] = {
    "clerk": [
        _criterion(("Greets within a minute", "一分钟内问候", "一分鐘內問候")),
        _criterion(("Compares the document with the person", "核对证件与本人", "核對證件與本人"), 3),
        _criterion(("Explains the benefits truthfully", "如实介绍权益", "如實介紹權益"), 2),
        _criterion(("Asks for consent, never assumes it", "征得同意，不代为勾选", "徵得同意，不代為勾選"), 2),
    ],
    "service": [
        _criterion(("Answers the question that was asked", "回答所问的问题", "回答所問的問題"), 2),
        _criterion(("Keeps what was promised", "兑现承诺", "兌現承諾"), 2),
        _criterion(("Writes kindly and correctly", "用语友善、准确", "用語友善、準確")),
    ],
}
TARGET_REASON = "按年度计划商定。"
TARGETS: tuple[tuple[str, str, int], ...] = (
    ("clerk", "sales_count", 2),
    ("clerk", "activations", 2),
    ("clerk", "satisfaction", 8_500),
    ("clerk", "training", 10_000),
    ("clerk", "spot_checks", 7_500),
    ("service", "first_response", 9_000),
    ("service", "satisfaction", 8_500),
    ("service", "complaints", 20),
    ("service", "spot_checks", 7_500),
    ("", "sales_minor", 500_000),
    ("", "new_members", 3),
)
"""Whose post (empty: every store), the figure, what is to be reached in a month."""
COMMENTS = (
    "排队时从容不迫，每份证件都核对了。",
    "权益讲解清楚；征求同意时稍快了一点。",
    "顾客进门时请先抬头问候。",
)
OBJECTIONS = (
    "当天我在接电话，被打分的在线会话是另一位同事处理的。",
    "第二份证件在考评人到柜台之前已经核对过。",
)
ANSWER = "经查录屏，该会话确由他人处理。本次抽查作废，抱歉。"
CAREER = "在柜台工作满一年，所售产品均已持证。"
PRAISE, PRAISE_REASON = "帮一家三代办好了卡", "三代人同到柜台，每位都清楚自己同意了什么。"
BONUS, BONUS_REASON = "续费最佳周", "一周内十一位会员在他这里续费，没有一位是被催促的。"
PLANS: tuple[dict[str, str], ...] = (
    {"goal": "十次首次答复中九次按时", "measures": "先答在线会话，后答邮件；每周与主管同席半小时。"},
    {"goal": "用自己的话征求同意", "measures": "与培训专员演练两次；店长每周旁听一次。"},
)
CONTESTS = (
    worded(
        ("Best at the standard", "岗位标准之星", "崗位標準之星"),
        ("Who was seen to work best last month.", "上月现场抽查中表现最佳者。", "上月現場抽查中表現最佳者。"),
    ),
    worded(
        ("First cards of the season", "季度激活赛", "季度啟用賽"),
        ("Cards brought to life at Nanjing Road.", "南京路门店激活的会员卡。", "南京路門店啟用的會員卡。"),
    ),
)
PRIZES = ("半天带薪休假", "双人晚餐")
