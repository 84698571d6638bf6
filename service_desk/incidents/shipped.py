"""The kinds of emergency that a new installation begins with; staff add to them, and write the plans (SVC-16 · D12)."""

from service_desk.incidents.models import EmergencyPlan

# Code, names, whether personal data is concerned.
KINDS: tuple[tuple[str, tuple[str, str, str], bool], ...] = (
    ("system-outage", ("System outage", "系统故障", "系統故障"), False),
    ("data-breach", ("Breach of personal data", "个人信息泄露", "個人資料外洩"), True),
    ("payment-fault", ("Payment fault", "支付故障", "支付故障"), False),
    ("store-safety", ("Store closed, safety", "门店停业与安全", "門店停業與安全"), False),
    ("mass-complaint", ("Many complaints at once", "群体投诉", "群體投訴"), False),
    ("supplier-failure", ("A supplier fails", "供应商中断", "供應商中斷"), False),
    ("other", ("Another emergency", "其他紧急事件", "其他緊急事件"), False),
)


def lay() -> None:
    """Called after every migration: only an installation that has no kind yet gets these."""
    if EmergencyPlan.objects.exists():
        return
    EmergencyPlan.objects.bulk_create(
        EmergencyPlan(
            code=code, name=names[0], name_zh_hans=names[1], name_zh_hant=names[2], concerns_data=data,
            position=10 * place,
        )
        for place, (code, names, data) in enumerate(KINDS, start=1)
    )  # fmt: skip
