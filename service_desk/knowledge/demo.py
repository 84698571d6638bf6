"""The knowledge base of the demo: what colleagues read, a change that waits, what readers said, what is announced.

All by real operations; the articles that members read came with the programme. Loading it again changes nothing.
"""

import datetime as dt
from collections.abc import Iterator

from core import approvals, clock
from core.models import User
from members.models import Member
from service_desk.knowledge.models import (
    Announcement,
    Article,
    ArticleCategory,
    ArticleDay,
    ArticleRating,
    ArticleVersion,
    VainSearch,
)
from service_desk.knowledge.operations import announcements, articles, feedback, indexing, shipped, versions
from service_desk.knowledge.operations.announcements import Notice
from service_desk.knowledge.operations.announcements import Wording as NewsWording
from service_desk.knowledge.policy.writing import Content, Wording
from service_desk.knowledge.queries.contents import content_of

LANGUAGES = ("en", "zh-hans", "zh-hant")
FOR_COLLEAGUES = "colleagues"
CALLER = (
    Wording(
        "Who is calling? Identifying a member on the telephone",
        "# Three questions\n\n1. The member number, or the last four digits of the card.\n2. The month and day of birth.\n"
        "3. The store of the last visit, or the product that was bought.\n\nTwo right answers are enough for questions; "
        "a change of phone or e-mail needs the code that the system sends.\n\n# What you never do\n\n"
        "- read a phone number or a document number out: the caller tells you, you compare\n"
        "- open masked data without a reason: each opening is on record\n"
        "- help a caller who is in a hurry past the questions",
        "Three questions before anything is said about an account.",
        "identify, verify, caller, security questions, hotline",
    ),
    Wording(
        "是谁来电？电话核验会员身份",
        "# 三个问题\n\n1. 会员号，或会员卡末四位。\n2. 出生月日。\n3. 最近一次到店的门店，或所购的卡产品。\n\n"
        "答对两项即可回答咨询；更改手机或邮箱必须使用系统发送的验证码。\n\n# 绝对不要\n\n"
        "- 念出手机号或证件号：由来电人说，您来核对\n- 没有理由就查看遮盖的信息：每次查看都有记录\n- 因为对方着急而跳过提问",
        "谈及账户之前先问三个问题。",
        "身份核验，来电，安全问题，热线",
    ),
    Wording(
        "是誰來電？電話核驗會員身分",
        "# 三個問題\n\n1. 會員號，或會員卡末四碼。\n2. 出生月日。\n3. 最近一次到店的門市，或所購的卡產品。\n\n"
        "答對兩項即可回答諮詢；更改手機或電子郵件必須使用系統發送的驗證碼。\n\n# 絕對不要\n\n"
        "- 念出手機號碼或證件號碼：由來電人說，您來核對\n- 沒有理由就查看遮蔽的資料：每次查看都有紀錄\n- 因為對方著急而跳過提問",
        "談及帳戶之前先問三個問題。",
        "身分核驗，來電，安全問題，熱線",
    ),
)
MISSING_POINTS = (
    Wording(
        "A purchase without points: what to look at",
        "1. Open the member and look at **Purchases**: was it recorded at all?\n"
        "2. Recorded, but no points? The entry says why. A return or a cap is the usual reason.\n"
        "3. Not recorded? Ask for the receipt and adjust the points with the reason **missing**. "
        "Above {points.adjust_alone} points a second person decides.\n\n"
        "Points of a purchase wait for {points.pending_days} days. Many calls are about those: tell the day.",
        "From the receipt to the adjustment, in three steps.",
        "missing points, receipt, adjustment, not credited",
    ),
    Wording(
        "消费没有积分：怎样查",
        "1. 打开会员，查看**消费记录**：这一笔记了吗？\n2. 已记但没有积分？分录会写明原因，常见的是退货或上限。\n"
        "3. 没有记录？请对方提供小票，以**漏记**为由调整积分。超过 {points.adjust_alone} 分需要第二人审批。\n\n"
        "消费积分要等 {points.pending_days} 天才生效，很多来电问的就是这些：直接告诉对方生效日期。",
        "从小票到调整，三步完成。",
        "漏积分，小票，补积分，未到账",
    ),
    Wording(
        "消費沒有積分：怎樣查",
        "1. 打開會員，查看**消費紀錄**：這一筆記了嗎？\n2. 已記但沒有積分？分錄會寫明原因，常見的是退貨或上限。\n"
        "3. 沒有紀錄？請對方提供收據，以**漏記**為由調整積分。超過 {points.adjust_alone} 分需要第二人審批。\n\n"
        "消費積分要等 {points.pending_days} 天才生效，很多來電問的就是這些：直接告訴對方生效日期。",
        "從收據到調整，三步完成。",
        "漏積分，收據，補積分，未入帳",
    ),
)
# What a second version of an article adds to its text, in each language.
MORE = (
    "Bought at a store? Bring the receipt to any counter; the money goes back the way it came.",
    "在门店购买的，请带小票到任意柜台办理，款项原路退回。",
    "在門市購買的，請帶收據到任一櫃檯辦理，款項原路退回。",
)
# Address, views a day, how many it helped of how many, and what some of them wrote.
READ: tuple[tuple[str, int, tuple[int, int], tuple[tuple[bool, str, str], ...]], ...] = (
    (
        "activate-a-card", 31, (41, 46),
        ((False, "zh-hans", "没找到激活码印在哪里。"), (True, "en", "Clear. A picture would help.")),
    ),
    ("how-points-work", 27, (33, 37), ((True, "zh-hant", "終於懂了待生效的意思。"),)),
    ("your-benefits", 22, (28, 31), ()),
    ("use-a-benefit", 14, (17, 18), ()),
    (
        "change-my-mind", 11, (9, 16),
        ((False, "en", "I paid at a store. Where do I go?"), (False, "zh-hans", "在店里买的怎么退？")),
    ),
    ("tiers-explained", 9, (8, 10), ()),
    ("when-the-card-ends", 8, (7, 8), ()),
    ("automatic-renewal", 5, (6, 6), ()),
)  # fmt: skip
SOUGHT = (
    ("停车", "zh-hans", 23), ("parking", "en", 9), ("发票抬头", "zh-hans", 14), ("company invoice", "en", 6),
    ("寵物", "zh-hant", 4), ("wifi", "en", 3),
)  # fmt: skip
LOUNGE = (
    NewsWording(
        "The lounge at Nanjing Road opens at nine",
        "From Monday on an hour earlier, with breakfast until eleven.",
        "Gold and platinum members reserve it under [Benefits](/me/benefits/), as before.\n\n- Monday to Friday from 9:00\n"
        "- Saturday and Sunday from 10:00\n- breakfast until 11:00",
    ),
    NewsWording(
        "南京东路店贵宾厅提前到九点开放",
        "下周一起早一个小时，早餐供应到十一点。",
        "金卡和白金会员照常在[权益](/me/benefits/)中预约。\n\n- 周一至周五 9:00 起\n- 周六、周日 10:00 起\n- 早餐供应至 11:00",
    ),
    NewsWording(
        "南京東路店貴賓廳提前到九點開放",
        "下週一起早一個小時，早餐供應到十一點。",
        "金卡和白金會員照常在[權益](/me/benefits/)中預約。\n\n- 週一至週五 9:00 起\n- 週六、週日 10:00 起\n- 早餐供應至 11:00",
    ),
)
STOCKTAKING = (
    NewsWording(
        "Stock-taking on the last Sunday of the month",
        "Counters close at 20:00; gifts are counted first.",
        "Please finish open reservations of gifts by Saturday evening.",
    ),
    NewsWording("本月最后一个周日盘点", "柜台 20:00 停止营业，先盘礼品。", "请在周六晚前处理完待领取的礼品。"),
    NewsWording("本月最後一個週日盤點", "櫃檯 20:00 停止營業，先盤禮品。", "請在週六晚前處理完待領取的禮品。"),
)
HOLIDAY = (
    NewsWording("Opening hours at New Year", "All stores are open on 1 January from 10:00 to 20:00."),
    NewsWording("元旦营业时间", "1 月 1 日所有门店 10:00 至 20:00 营业。"),
    NewsWording("元旦營業時間", "1 月 1 日所有門市 10:00 至 20:00 營業。"),
)


def load() -> None:
    """Articles, what readers made of them, announcements; each part once."""
    shipped.publish_shipped()
    indexing.index(list(ArticleVersion.objects.to_index(clock.today()).filter(edition=0).values_list("pk", flat=True)))
    agent, director = _colleague("service"), _colleague("director")
    _for_colleagues(agent)
    _change(agent)
    _read()
    _sought()
    _announce(agent, director)


def _colleague(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


def _for_colleagues(agent: User) -> None:
    topic, _ = ArticleCategory.objects.get_or_create(
        code=FOR_COLLEAGUES,
        defaults={
            "icon": "headset", "position": 90,
            "name": "For colleagues", "name_zh_hans": "同事专用", "name_zh_hant": "同事專用",
        },
    )  # fmt: skip
    for slug, wordings in (("identify-a-caller", CALLER), ("missing-points", MISSING_POINTS)):
        if Article.objects.filter(slug=slug).exists():
            continue
        said = dict(zip(LANGUAGES, wordings, strict=True))
        content = Content(audience=ArticleVersion.Audience.AGENTS, category=topic.pk, wordings=said)
        with clock.stopped(clock.now() - dt.timedelta(days=40)):
            version = articles.begin(slug, content, places=(), by=agent)
            articles.publish(version.article, reason="Asked on the hotline every day.", by=agent)


def _change(agent: User) -> None:
    """Readers said what was missing; the answer waits for the director."""
    article = Article.objects.get(slug="change-my-mind")
    last = versions.last_word(article)
    if last is None or article.versions.count() > 1:
        return
    content = content_of(last)
    longer = {
        language: Wording(said.title, f"{said.body}\n\n{more}", said.summary, said.keywords)
        for (language, said), more in zip(sorted(content.wordings.items()), MORE, strict=True)
    }
    told = Content(
        audience=content.audience, category=content.category, wordings=longer, is_question=True,
        position=content.position, pins=content.pins, related=content.related, note="Where one goes with the receipt",
    )  # fmt: skip
    with clock.stopped(clock.now() - dt.timedelta(days=1)):
        articles.edit(article, told, places=content.pins, by=agent)
        articles.publish(article, reason="Two readers asked where one goes.", by=agent)


def _read() -> None:
    today = clock.today()
    members = {member.language: member for member in Member.objects.filter(user__isnull=False).order_by("-pk")}
    for slug, a_day, (yes, of), comments in READ:
        article = Article.objects.get(slug=slug)
        if article.days.exists():
            continue
        ArticleDay.objects.bulk_create(
            ArticleDay(article=article, day=today - dt.timedelta(days=back), views=max(a_day + (back * 7) % 9 - 4, 0))
            for back in range(30)
        )
        version = versions.last_word(article)
        if version is not None:
            ArticleRating.objects.bulk_create(_ratings(version, yes, of, comments, members))


def _ratings(
    version: ArticleVersion, yes: int, of: int, comments: tuple[tuple[bool, str, str], ...], members: dict[str, Member]
) -> Iterator[ArticleRating]:
    quiet = of - len(comments)
    agreeing = yes - sum(helped for helped, _language, _text in comments)
    answers = [(number < agreeing, LANGUAGES[number % 3], "") for number in range(quiet)]
    for number, (helped, language, comment) in enumerate([*answers, *comments]):
        yield ArticleRating(
            version=version,
            rater=feedback.rater_of(None, f"demo:{version.pk}:{number}"),
            member=members.get(language) if comment else None,
            helped=helped,
            comment=comment or None,
            language=language,
            at=clock.now() - dt.timedelta(days=1 + number % 28),
        )


def _sought() -> None:
    now = clock.now()
    VainSearch.objects.bulk_create(
        [
            VainSearch(
                text=text, language=language, times=times,
                first_at=now - dt.timedelta(days=20), last_at=now - dt.timedelta(hours=5 * place),
            )
            for place, (text, language, times) in enumerate(SOUGHT)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _announce(agent: User, director: User) -> None:
    if Announcement.objects.exists():
        return
    now = clock.now()
    with clock.stopped(now - dt.timedelta(days=2)):
        for wordings, more in (
            (LOUNGE, {"audience": "members", "is_pinned": True, "ends_at": now + dt.timedelta(days=21)}),
            (
                STOCKTAKING,
                {"audience": "store-staff", "importance": "important", "ends_at": now + dt.timedelta(days=9)},
            ),
        ):
            row = announcements.begin(_notice(wordings, **more), by=agent)
            asked = announcements.publish(row, reason="So that everybody knows in time.", by=agent)
            approvals.approve(asked, by=director, reason="Agreed.")
    later = {"audience": "members", "starts_at": now + dt.timedelta(days=20), "ends_at": now + dt.timedelta(days=45)}
    row = announcements.begin(_notice(HOLIDAY, sends_message=True, **later), by=agent)
    announcements.publish(row, reason="As every year.", by=agent)


def _notice(wordings: tuple[NewsWording, ...], **more: object) -> Notice:
    said = dict(zip(LANGUAGES, wordings, strict=True))
    return Notice(**({"kind": "notice", "starts_at": clock.now(), "wordings": said} | more))  # type: ignore[arg-type]
