"""The root causes of complaints that a new installation begins with (SVC-05 · D6.3); staff change them."""

from service_desk.models import RootCause

Words = tuple[str, str, str]
# Code, name; below each what it is divided into.
CAUSES: tuple[tuple[str, Words, tuple[tuple[str, Words], ...]], ...] = (
    ("product", ("Product", "产品", "產品"), (
        ("product-defect", ("Defect", "质量缺陷", "品質缺陷")),
        ("product-stale", ("Past its date", "过期或变质", "過期或變質")),
        ("product-description", ("Not as described", "与描述不符", "與描述不符")),
        ("product-delivery", ("Packing or delivery", "包装或配送", "包裝或配送")),
    )),
    ("service", ("Service", "服务", "服務"), (
        ("service-waiting", ("Waiting time", "等候时间过长", "等候時間過長")),
        ("service-attitude", ("Attitude", "服务态度", "服務態度")),
        ("service-knowledge", ("Lack of knowledge", "业务不熟练", "業務不熟練")),
        ("service-promise", ("Promise not kept", "承诺未兑现", "承諾未兌現")),
    )),
    ("process", ("Process", "流程", "流程"), (
        ("process-rules", ("Rules not clear", "规则不清晰", "規則不清晰")),
        ("process-handover", ("Lost between departments", "部门衔接不畅", "部門銜接不暢")),
        ("process-slow", ("Handled too slowly", "办理过慢", "辦理過慢")),
    )),
    ("transaction", ("Transaction", "交易", "交易"), (
        ("transaction-twice", ("Charged twice", "重复扣款", "重複扣款")),
        ("transaction-price", ("Wrong price", "价格错误", "價格錯誤")),
        ("transaction-refund", ("Refund late", "退款延迟", "退款延遲")),
    )),
    ("system", ("System", "系统", "系統"), (
        ("system-outage", ("Out of order", "系统故障", "系統故障")),
        ("system-data", ("Wrong data", "数据错误", "資料錯誤")),
    )),
    ("privacy", ("Privacy", "隐私", "隱私"), (
        ("privacy-disclosed", ("Data disclosed", "信息泄露", "資料洩露")),
        ("privacy-unwanted", ("Unwanted messages", "营销打扰", "行銷打擾")),
    )),
    ("partner", ("Partner", "合作伙伴", "合作夥伴"), (
        ("partner-refused", ("Benefit refused by a partner", "合作方拒绝兑现权益", "合作方拒絕兌現權益")),
        ("partner-capacity", ("No room at a partner", "合作方名额不足", "合作方名額不足")),
    )),
    ("no-fault", ("No fault of ours", "非我方原因", "非我方原因"), (
        ("no-fault-misunderstanding", ("Misunderstanding", "误解", "誤解")),
        ("no-fault-outside", ("Weather, traffic, third parties", "天气、交通或第三方", "天氣、交通或第三方")),
    )),
)  # fmt: skip


def lay() -> None:
    """Called after every migration: only an installation that has no root cause yet gets these."""
    if RootCause.objects.exists():
        return
    for place, (code, names, below) in enumerate(CAUSES, start=1):
        top = _make(code, names, position=100 * place)
        for inner, (leaf, words) in enumerate(below, start=1):
            _make(leaf, words, position=100 * place + 10 * inner, parent=top)


def _make(code: str, names: Words, *, position: int, parent: RootCause | None = None) -> RootCause:
    english, simplified, traditional = names
    return RootCause.objects.create(
        code=code, name=english, name_zh_hans=simplified, name_zh_hant=traditional, position=position, parent=parent
    )
