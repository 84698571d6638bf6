"""What the surveys of the demo ask, and what their guests said, in three languages."""

from service_desk.surveys.operations.questions import Wording

Three = tuple[str, str, str]


def words(three: Three) -> dict[str, str]:
    return dict(zip(("en", "zh-hans", "zh-hant"), three, strict=True))


def _asks(
    kind: str, text: Three, low: Three | None = None, high: Three | None = None, *, required: bool = True,
    measure: bool = False, options: tuple[Three, ...] = (),
) -> Wording:  # fmt: skip
    return Wording(
        kind=kind, required=required, is_measure=measure, text=words(text), low=words(low) if low else {},
        high=words(high) if high else {}, options=[("", words(one)) for one in options],
    )  # fmt: skip


Texts = tuple[Three, Three, Three]
"""Title, introduction, thanks."""
BENEFIT: Texts = (
    ("How was it?", "您的体验如何？", "您的體驗如何？"),
    (
        "You used a benefit of your card. It takes a minute to tell us how it was.",
        "您刚使用了会员卡权益，用一分钟告诉我们感受吧。",
        "您剛使用了會員卡權益，用一分鐘告訴我們感受吧。",
    ),
    ("Thank you, we read every answer.", "感谢您，每一份回答我们都会阅读。", "感謝您，每一份回答我們都會閱讀。"),
)
BENEFIT_QUESTIONS = (
    _asks(
        "scale-1-5", ("How content were you with it?", "您对这次权益体验满意吗？", "您對這次權益體驗滿意嗎？"),
        ("not at all", "很不满意", "很不滿意"), ("very", "非常满意", "非常滿意"), measure=True,
    ),
    _asks("text", ("What should have been better?", "哪些地方可以更好？", "哪些地方可以更好？"), required=False),
    _asks(
        "choices", ("What did you like?", "您喜欢哪些方面？", "您喜歡哪些方面？"), required=False,
        options=(
            ("The people", "服务人员", "服務人員"), ("The place", "环境", "環境"),
            ("No waiting", "无需等候", "無需等候"), ("The quality", "品质", "品質"),
        ),
    ),
)  # fmt: skip
RENEWAL: Texts = (
    ("One more year: a question", "新的一年，一个问题", "新的一年，一個問題"),
    (
        "You renewed your card. Thank you! Would you tell others about it?",
        "感谢您续费会员卡！您会向他人推荐吗？",
        "感謝您續費會員卡！您會向他人推薦嗎？",
    ),
    ("Thank you for staying with us.", "感谢您与我们同行。", "感謝您與我們同行。"),
)
RENEWAL_QUESTIONS = (
    _asks(
        "scale-0-10",
        (
            "How likely is it that you recommend our card to a friend?",
            "您有多大可能向朋友推荐我们的会员卡？",
            "您有多大可能向朋友推薦我們的會員卡？",
        ),
        ("not likely at all", "完全不可能", "完全不可能"), ("very likely", "非常可能", "非常可能"), measure=True,
    ),
    _asks("text", ("What is the main reason?", "主要原因是什么？", "主要原因是什麼？"), required=False),
)  # fmt: skip
EFFORT: Texts = (
    ("Did we make it easy?", "办理是否省心？", "辦理是否省心？"),
    (
        "A matter of yours was closed. Two questions about how it went.",
        "您的事项已办结，想请教两个问题。",
        "您的事項已辦結，想請教兩個問題。",
    ),
    ("Thank you, it helps us to make it easier.", "感谢您，这有助于我们做得更好。", "感謝您，這有助於我們做得更好。"),
)
EFFORT_QUESTIONS = (
    _asks(
        "scale-1-7", ("They made it easy for me.", "他们让我办得省心。", "他們讓我辦得省心。"),
        ("I disagree", "不同意", "不同意"), ("I agree", "同意", "同意"), measure=True,
    ),
    _asks("text", ("What could be easier?", "哪里可以更省心？", "哪裡可以更省心？"), required=False),
)  # fmt: skip
GUESTS = (
    ("顾晓彤", "zh-hans"), ("Emma Larsen", "en"), ("沈家豪", "zh-hans"), ("曾雅筑", "zh-hant"), ("罗启航", "zh-hans"),
    ("Daniel Wu", "en"), ("程思远", "zh-hans"), ("何佩珊", "zh-hant"), ("唐悦", "zh-hans"), ("Priya Nair", "en"),
    ("苏明哲", "zh-hans"), ("许嘉怡", "zh-hans"),
)  # fmt: skip
"""Members who were asked and answered: their names, and the languages they speak."""
COMPLAINTS = {
    "en": "I waited forty minutes although the lane was empty.",
    "zh-hans": "等了四十分钟才轮到我，服务台却空着。",
    "zh-hant": "等了四十分鐘才輪到我，服務台卻空著。",
}
PRAISE = {
    "en": "Friendly people, and the breakfast.",
    "zh-hans": "人很热情，早餐也好。",
    "zh-hant": "人很熱情，早餐也好。",
}
SETTLED = {
    "en": "We called and apologised; a second clerk stands at the lane on weekends now.",
    "zh-hans": "已致电致歉；周末增派一名店员。",
    "zh-hant": "已致電致歉；週末增派一名店員。",
}
