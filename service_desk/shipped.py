"""What a new installation begins with: the categories of the policy, skills and prepared answers; staff change them."""

from service_desk.models import CannedAnswer, CaseCategory, Skill

Words = tuple[str, str, str]
SKILLS: dict[str, Words] = {
    "refunds": ("Refunds and payments", "退款与支付", "退款與付款"),
    "privacy": ("Personal data", "个人信息", "個人資料"),
    "points": ("Points and tiers", "积分与等级", "積分與等級"),
    "products": ("Products and benefits", "产品与权益", "產品與權益"),
}
# Code, kind, name, keywords, skill, severity, complexity.
CATEGORIES: tuple[tuple[str, str, Words, str, str, str, str], ...] = (
    ("card-use", "enquiry", ("Using the card", "年卡使用", "年卡使用"),
     "怎么用,怎麼用,使用方法,激活,啟用,activate,activation,how do i use", "", "normal", "simple"),
    ("benefits", "enquiry", ("Benefits", "会员权益", "會員權益"),
     "权益,權益,早餐,贵宾厅,貴賓廳,预约,預約,benefit,benefits,breakfast,lounge,reserve,reservation", "products",
     "normal", "simple"),
    ("points-tier", "enquiry", ("Points and tier", "积分与等级", "積分與等級"),
     "积分,積分,等级,等級,升级,升級,points,tier,gold,silver,platinum", "points", "normal", "simple"),
    ("renewal", "enquiry", ("Renewal", "续费", "續費"),
     "续费,續費,续卡,續卡,到期,renew,renewal,expire,expires,expiry", "", "normal", "simple"),
    ("order-payment", "enquiry", ("Orders and payment", "订单与支付", "訂單與付款"),
     "订单,訂單,支付,付款,发票,發票,order,payment,invoice,receipt", "refunds", "normal", "simple"),
    ("contact-data", "request", ("Change of contact data", "变更联系方式", "變更聯絡方式"),
     "改手机号,更换手机,換手機,改號碼,换绑,change my phone,change my e-mail,new phone number", "privacy", "normal", "simple"),
    ("card-lost", "request", ("Lost or damaged card", "卡片遗失或损坏", "卡片遺失或損壞"),
     "丢失,遺失,挂失,掛失,补办,補辦,损坏,損壞,lost my card,lost card,damaged card,replacement", "", "high", "simple"),
    ("refund-request", "request", ("Return of a card", "退卡退款", "退卡退款"),
     "退卡,退款,退费,退費,return the card,refund,money back", "refunds", "normal", "complex"),
    ("product-quality", "complaint", ("Product quality", "产品质量", "產品品質"),
     "质量,品質,坏了,壞了,过期,過期,变质,變質,defective,broken,spoiled,quality", "products", "normal", "complex"),
    ("service-quality", "complaint", ("Service quality", "服务质量", "服務品質"),
     "态度,態度,等了,排队,排隊,冷漠,不理,rude,staff,waited,waiting,attitude,ignored", "", "normal", "simple"),
    ("transaction", "complaint", ("Transaction dispute", "交易纠纷", "交易糾紛"),
     "扣款,多扣,重复扣,重複扣,退款,没到账,沒到帳,盗刷,盜刷,charged,charged twice,overcharged,refund,dispute", "refunds",
     "high", "complex"),
    ("privacy", "complaint", ("Privacy", "隐私与个人信息", "隱私與個人資料"),
     "隐私,隱私,泄露,洩露,骚扰,騷擾,个人信息,個人資料,privacy,leaked,personal data,spam", "privacy", "high", "complex"),
    ("benefit-refused", "complaint", ("Benefit not granted", "权益未兑现", "權益未兌現"),
     "不能用,用不了,拒绝,拒絕,没有兑现,沒有兌現,refused,not accepted,not granted", "products", "normal", "simple"),
    ("other-complaint", "complaint", ("Other complaint", "其他投诉", "其他投訴"), "", "", "normal", "simple"),
    ("suggestion", "suggestion", ("Suggestion", "建议", "建議"), "建议,建議,suggest,suggestion", "", "low", "simple"),
    ("praise", "praise", ("Praise", "表扬", "表揚"), "表扬,表揚,感谢,感謝,thank,compliment", "", "low", "simple"),
)  # fmt: skip
# Code, category, name, text.
ANSWERS: tuple[tuple[str, str, Words, Words], ...] = (
    ("received", "", ("We are looking into it", "正在处理", "正在處理"),
     ("Dear {member},\n\nthank you for your message. We are looking into it and come back to you under {case}.\n\n{agent}",
      "{member}，您好：\n\n感谢您的来信，我们正在核实，将在服务单 {case} 中尽快答复您。\n\n{agent}",
      "{member}，您好：\n\n感謝您的來信，我們正在核實，將在服務單 {case} 中儘快答覆您。\n\n{agent}")),
    ("more-details", "", ("Please tell us more", "请补充信息", "請補充資訊"),
     ("Dear {member},\n\nto help you we need to know a little more: when and at which store did it happen? A photograph of the "
      "receipt would help.\n\n{agent}",
      "{member}，您好：\n\n为了帮您处理，请告知事情发生的时间与门店；如能附上小票照片就更好了。\n\n{agent}",
      "{member}，您好：\n\n為了協助您，請告知事情發生的時間與門市；如能附上收據照片就更好了。\n\n{agent}")),
    ("sorry", "service-quality", ("An apology", "致歉", "致歉"),
     ("Dear {member},\n\nwe are sorry for what you met with. It is not how we want to serve you, and we have spoken with the "
      "colleagues concerned.\n\n{agent}",
      "{member}，您好：\n\n对您的遭遇，我们深表歉意。这不是我们应有的服务，我们已与相关同事沟通改进。\n\n{agent}",
      "{member}，您好：\n\n對您的遭遇，我們深表歉意。這不是我們應有的服務，我們已與相關同事溝通改進。\n\n{agent}")),
    ("refund-on-its-way", "transaction", ("The refund is on its way", "退款已办理", "退款已辦理"),
     ("Dear {member},\n\nyour refund has been sent to the account you paid from. Banks take up to five working days.\n\n{agent}",
      "{member}，您好：\n\n退款已原路退回，银行入账一般需要 1–5 个工作日。\n\n{agent}",
      "{member}，您好：\n\n退款已原路退回，銀行入帳一般需要 1–5 個工作天。\n\n{agent}")),
)  # fmt: skip


def lay() -> None:
    """Called after every migration: only an installation that has no category yet gets these."""
    if CaseCategory.objects.exists() or Skill.objects.exists():
        return
    Skill.objects.bulk_create(Skill(code=code, **_named("name", names)) for code, names in SKILLS.items())
    skills = {skill.code: skill for skill in Skill.objects.all()}
    CaseCategory.objects.bulk_create(
        CaseCategory(
            code=code, kind=kind, keywords=_lines(words), skill=skills.get(skill), severity=severity, complexity=complexity,
            position=10 * place, **_named("name", names),
        )
        for place, (code, kind, names, words, skill, severity, complexity) in enumerate(CATEGORIES, start=1)
    )  # fmt: skip
    categories = {category.code: category for category in CaseCategory.objects.all()}
    CannedAnswer.objects.bulk_create(
        CannedAnswer(code=code, category=categories.get(category), **_named("name", names), **_named("body", texts))
        for code, category, names, texts in ANSWERS
    )


def _named(field: str, words: Words) -> dict[str, str]:
    return {field: words[0], f"{field}_zh_hans": words[1], f"{field}_zh_hant": words[2]}


def _lines(words: str) -> str:
    return words.replace(",", "\n")
