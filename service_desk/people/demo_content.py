"""The courses of the demo, as their trainer wrote them: words in three languages, what there is to read, questions."""

from dataclasses import dataclass, field
from typing import Any

Words = tuple[str, str, str]
LANGUAGES = ("en", "zh-hans", "zh-hant")
SUFFIXES = ("", "_zh_hans", "_zh_hant")


def worded(name: Words, description: Words = ("", "", "")) -> dict[str, Any]:
    return spoken("name", name) | spoken("description", description)


def spoken(of: str, words: Words) -> dict[str, str]:
    return {f"{of}{suffix}": text for suffix, text in zip(SUFFIXES, words, strict=True)}


def choice(text: Words, *, right: bool = False) -> dict[str, Any]:
    return dict(zip(LANGUAGES, text, strict=True)) | {"right": right}


def single(text: Words, explanation: Words, *choices: dict[str, Any], several: bool = False) -> dict[str, Any]:
    kind = "multiple" if several else "single"
    return {"kind": kind, "choices": list(choices)} | spoken("text", text) | spoken("explanation", explanation)


def truth(text: Words, explanation: Words, *, answer: bool) -> dict[str, Any]:
    told = {"kind": "truth", "answer": "true" if answer else "false"}
    return told | spoken("text", text) | spoken("explanation", explanation)


def number(text: Words, explanation: Words, *, answer: str) -> dict[str, Any]:
    return (
        {"kind": "number", "answer": answer, "tolerance": "0"}
        | spoken("text", text)
        | spoken("explanation", explanation)
    )


@dataclass(frozen=True)
class Lesson:
    """A course: its competence with the months it lasts, its steps as (kind, terms, what there is to read), its bank."""

    code: str
    words: dict[str, Any]
    competence: tuple[str, dict[str, Any], int]
    steps: tuple[tuple[str, dict[str, Any], dict[str, str]], ...]
    questions: tuple[dict[str, Any], ...]
    items: tuple[dict[str, Any], ...] = field(default=())


ACTIVATION = Lesson(
    code="activating",
    words=worded(
        ("Activating cards", "激活会员卡", "啟用會員卡"),
        (
            "What a customer brings, what you look at, and what you never do. About ten minutes.",
            "顾客需要带什么、您要核对什么、绝对不能做什么。约十分钟。",
            "顧客需要帶什麼、您要核對什麼、絕對不能做什麼。約十分鐘。",
        ),
    ),
    competence=("activating", worded(("Activating cards", "激活会员卡", "啟用會員卡")), 12),
    steps=(
        (
            "read",
            worded(("Who may activate, and with what", "谁可以激活，凭什么激活", "誰可以啟用，憑什麼啟用")),
            spoken(
                "body",
                (
                    "A card gives nothing until it is activated. From that moment its year runs, so the right person has to "
                    "stand in front of you.\n\n# What the customer brings\n\n- The card itself.\n- The proof of purchase: the "
                    "receipt with its order number, or the activation code.\n- An identity document. You look at it; you "
                    "never take a picture of it.\n\n# What you look at\n\nThe document has to be the one that was given at "
                    "purchase. Where the phone has never been proved, the customer reads out a code that comes by message.\n\n"
                    "# What you never do\n\n- Activate a card for somebody who is not there.\n- Activate your own card, or one "
                    "of your household: a colleague does that.\n- Tick the agreement yourself. The customer reads it and "
                    "agrees.",
                    "会员卡在激活之前不能使用。有效期自激活时起算，因此必须是本人到场。\n\n# 顾客需要带来\n\n- 会员卡。\n"
                    "- 购买凭证：印有订单号的小票，或激活码。\n- 身份证件。只核对，绝不拍照。\n\n# 您要核对\n\n"
                    "证件须与购买时登记的一致。手机号从未验证过的，由顾客读出短信验证码。\n\n# 绝对不能\n\n"
                    "- 为不在场的人激活。\n- 激活自己或家人的卡：请同事办理。\n- 代顾客勾选协议。须由顾客本人阅读并同意。",
                    "會員卡在啟用之前不能使用。有效期自啟用時起算，因此必須是本人到場。\n\n# 顧客需要帶來\n\n- 會員卡。\n"
                    "- 購買憑證：印有訂單號的收據，或啟用碼。\n- 身分證件。只核對，絕不拍照。\n\n# 您要核對\n\n"
                    "證件須與購買時登記的一致。手機號從未驗證過的，由顧客讀出簡訊驗證碼。\n\n# 絕對不能\n\n"
                    "- 為不在場的人啟用。\n- 啟用自己或家人的卡：請同事辦理。\n- 代顧客勾選協議。須由顧客本人閱讀並同意。",
                ),
            ),
        ),
        (
            "quiz",
            worded(("Do you know it?", "小测验", "小測驗"))
            | {"questions": 5, "pass_percent": 80, "minutes": 10, "tries": None, "wait_minutes": 0},
            {},
        ),
    ),
    questions=(
        single(
            (
                "A customer brings the card of her husband, who is at work. What do you do?",
                "顾客带来丈夫的卡，丈夫在上班。您怎么办？",
                "顧客帶來丈夫的卡，丈夫在上班。您怎麼辦？",
            ),
            (
                "The holder has to be there: the year runs from this moment, and the agreement is his.",
                "持卡人须到场：有效期即刻起算，协议也须由其本人同意。",
                "持卡人須到場：有效期即刻起算，協議也須由其本人同意。",
            ),
            choice(("I ask that he comes himself", "请他本人前来", "請他本人前來"), right=True),
            choice(("I activate it with her document", "用她的证件激活", "用她的證件啟用")),
            choice(("I activate it and note his name", "激活并记下他的名字", "啟用並記下他的名字")),
        ),
        single(
            ("Which of these proves the purchase?", "下列哪些可以证明购买？", "下列哪些可以證明購買？"),
            (
                "The receipt with its order number and the activation code both do; a photo of the card does not.",
                "印有订单号的小票和激活码都可以；会员卡的照片不行。",
                "印有訂單號的收據和啟用碼都可以；會員卡的照片不行。",
            ),
            choice(("The receipt with its order number", "印有订单号的小票", "印有訂單號的收據"), right=True),
            choice(("The activation code", "激活码", "啟用碼"), right=True),
            choice(("A photo of the card", "会员卡的照片", "會員卡的照片")),
            several=True,
        ),
        truth(
            (
                "You may activate your mother's card when she is with you.",
                "母亲在场时，您可以为她激活会员卡。",
                "母親在場時，您可以為她啟用會員卡。",
            ),
            (
                "Nobody serves himself or his household: a colleague does it.",
                "不得为本人及家人办理：请同事办理。",
                "不得為本人及家人辦理：請同事辦理。",
            ),
            answer=False,
        ),
        truth(
            (
                "The year of a card runs from its activation, not from its purchase.",
                "会员卡的有效期自激活之日起算，而非购买之日。",
                "會員卡的有效期自啟用之日起算，而非購買之日。",
            ),
            (
                "Until it is activated nothing runs, and nothing can be used.",
                "激活之前有效期不起算，也不能使用。",
                "啟用之前有效期不起算，也不能使用。",
            ),
            answer=True,
        ),
        number(
            (
                "Within how many days after the purchase must a card be activated?",
                "会员卡须在购买后多少天内激活？",
                "會員卡須在購買後多少天內啟用？",
            ),
            (
                "180 days. We remind the buyer 30 and 7 days before.",
                "180 天。我们会在到期前 30 天和 7 天提醒。",
                "180 天。我們會在到期前 30 天和 7 天提醒。",
            ),
            answer="180",
        ),
        single(
            ("Who ticks that the agreement was read?", "由谁勾选“已阅读协议”？", "由誰勾選「已閱讀協議」？"),
            (
                "The customer, after reading it. You may turn the screen.",
                "顾客本人，阅读之后勾选。您可以把屏幕转向顾客。",
                "顧客本人，閱讀之後勾選。您可以把螢幕轉向顧客。",
            ),
            choice(("The customer", "顾客", "顧客"), right=True),
            choice(("I do, to save time", "我来，节省时间", "我來，節省時間")),
            choice(("Nobody, it is optional", "无人，可不勾", "無人，可不勾")),
        ),
        single(
            ("What do you do with the identity document?", "您如何处理身份证件？", "您如何處理身分證件？"),
            (
                "Look, compare, give it back. The number is kept only where the customer wants it.",
                "查看、核对、归还。仅在顾客同意时保存号码。",
                "查看、核對、歸還。僅在顧客同意時保存號碼。",
            ),
            choice(("I look at it and give it back", "查看后归还", "查看後歸還"), right=True),
            choice(("I photograph it for the file", "拍照存档", "拍照存檔")),
            choice(("I keep it until the end of the day", "保管到下班", "保管到下班")),
        ),
    ),
)
SELLING = Lesson(
    code="selling",
    words=worded(
        ("Selling cards", "销售会员卡", "銷售會員卡"),
        (
            "The cards and what they give, prices nobody may change, and a sale shown in practice.",
            "各种会员卡及其权益、不可更改的价格，以及一次实际销售演示。",
            "各種會員卡及其權益、不可更改的價格，以及一次實際銷售演示。",
        ),
    ),
    competence=("selling", worded(("Selling cards", "销售会员卡", "銷售會員卡")), 24),
    steps=(
        (
            "read",
            worded(("The cards and their prices", "会员卡与价格", "會員卡與價格")),
            spoken(
                "body",
                (
                    "You sell a year of small good things, not plastic. Ask what the customer does with us; then show the one "
                    "card that fits.\n\n# The price\n\nThe price stands on the screen and is read out as it stands. There is "
                    "no field for another one. Offers are computed and explained by the till.\n\n# Honest words\n\n- Say what "
                    "the card gives, and what it does not.\n- Say from when it runs, and that it can be returned within seven "
                    "days while it is unused.\n- Never promise what is not on the page of the card.",
                    "您销售的不是一张塑料卡，而是一整年的小美好。先问顾客常来做什么，再介绍合适的那一张。\n\n# 价格\n\n"
                    "价格以屏幕为准，照读即可，没有改价的地方。优惠由系统计算并说明。\n\n# 诚实\n\n"
                    "- 说清有哪些权益，没有哪些权益。\n- 说清何时起算，未使用的七天内可退。\n- 页面上没有的，绝不承诺。",
                    "您銷售的不是一張塑膠卡，而是一整年的小美好。先問顧客常來做什麼，再介紹合適的那一張。\n\n# 價格\n\n"
                    "價格以螢幕為準，照讀即可，沒有改價的地方。優惠由系統計算並說明。\n\n# 誠實\n\n"
                    "- 說清有哪些權益，沒有哪些權益。\n- 說清何時起算，未使用的七天內可退。\n- 頁面上沒有的，絕不承諾。",
                ),
            ),
        ),
        ("class", worded(("A morning at the till", "收银台实训", "收銀檯實訓")), {}),
        (
            "quiz",
            worded(("Do you know it?", "小测验", "小測驗"))
            | {"questions": 3, "pass_percent": 60, "minutes": None, "tries": 3, "wait_minutes": 30},
            {},
        ),
        ("check", worded(("Show a sale", "演示一次销售", "演示一次銷售")), {}),
    ),
    questions=(
        truth(
            ("A good customer may get the card a little cheaper.", "老顾客可以便宜一点。", "老顧客可以便宜一點。"),
            (
                "The price is fixed; offers are computed by the till alone.",
                "价格固定，优惠只由系统计算。",
                "價格固定，優惠只由系統計算。",
            ),
            answer=False,
        ),
        number(
            (
                "Within how many days can an unused card be returned?",
                "未使用的会员卡几天内可退？",
                "未使用的會員卡幾天內可退？",
            ),
            ("Seven days, while nothing of it was used.", "七天，且未使用任何权益。", "七天，且未使用任何權益。"),
            answer="7",
        ),
        single(
            (
                "A customer asks for a benefit that is not on the page of the card.",
                "顾客问起页面上没有的权益。",
                "顧客問起頁面上沒有的權益。",
            ),
            ("Say that the card does not give it.", "如实告知没有该权益。", "如實告知沒有該權益。"),
            choice(("I say that the card does not give it", "告知没有该权益", "告知沒有該權益"), right=True),
            choice(("I say that it may come", "说以后可能会有", "說以後可能會有")),
            choice(("I promise to ask for an exception", "承诺争取例外", "承諾爭取例外")),
        ),
        single(
            ("What do you do first?", "您首先做什么？", "您首先做什麼？"),
            (
                "Whoever asks first sells the card that fits.",
                "先了解需求，才能推荐合适的卡。",
                "先了解需求，才能推薦合適的卡。",
            ),
            choice(("Ask what the customer does with us", "询问顾客的习惯", "詢問顧客的習慣"), right=True),
            choice(("Show the dearest card", "介绍最贵的卡", "介紹最貴的卡")),
            choice(("Open the payment form", "打开付款页面", "打開付款頁面")),
        ),
    ),
    items=(
        worded(("Asks before recommending", "先询问后推荐", "先詢問後推薦")) | {"is_critical": False},
        worded(("Reads the price out as it stands", "照读屏幕上的价格", "照讀螢幕上的價格")) | {"is_critical": True},
        worded(("Lets the customer read the agreement", "让顾客阅读协议", "讓顧客閱讀協議")) | {"is_critical": True},
        worded(("Hands over card and receipt", "交付会员卡与小票", "交付會員卡與收據")) | {"is_critical": False},
    ),
)
LESSONS = (ACTIVATION, SELLING)
