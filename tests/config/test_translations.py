"""Chinese is complete: every text of ours and of the libraries, in both scripts, with its placeholders and all messages."""

import functools
import gettext
import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from config import third_party_strings
from core.messaging import events
from tests.config import strings

ROOT = Path(settings.BASE_DIR)
LOCALES = {"zh_Hans": "zh-hans", "zh_Hant": "zh-hant"}
OURS = [ROOT / app for app in ("analytics", "cards", "config", "core", "loyalty", "members", "risk", "service_desk")]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w*\}|</?[a-z][^>]*>")
# The Simplified half of every pair in OpenCC's STCharacters that is among the 3755 commonest characters (GB 2312,
# level 1) and that Big5 does not have: none of them is ever right in Traditional Chinese.
SIMPLIFIED_ONLY = frozenset(
    "皑蔼碍爱袄奥坝罢摆败颁办绊帮绑镑谤剥饱宝报鲍辈贝钡狈备惫绷笔毕毙币闭边编贬变辩辫标鳖别瘪濒滨宾摈饼拨钵铂驳补财"
    "参残惭惨灿苍舱仓沧厕侧册测层诧搀掺蝉馋谗缠铲产阐颤场尝长偿肠畅钞车彻尘陈衬撑称惩诚骋迟驰耻齿炽冲宠畴踌筹绸橱厨"
    "锄雏础储处传疮闯创锤纯绰辞词赐聪葱囱从丛凑蹿窜错达带贷担单郸掸胆惮诞弹当挡荡档捣岛祷导盗灯邓敌涤递缔颠点垫电钓"
    "调谍叠钉顶锭订丢东动栋冻犊独读赌镀锻断缎兑队对顿钝夺堕鹅额讹恶饿尔饵贰发罚阀珐矾钒烦贩饭访纺飞诽废费纷坟奋愤粪"
    "枫锋风疯冯缝讽凤肤辐抚辅赋负讣妇缚该钙盖秆赣冈刚钢纲岗镐搁鸽阁铬个给龚宫巩贡钩沟购够蛊顾剐关观馆惯贯规归龟闺轨"
    "诡贵刽辊滚锅国过骇韩汉号阂鹤贺横恒轰鸿红壶护沪户哗华画话欢环还缓换唤痪焕涣黄谎挥辉毁贿秽会烩汇讳诲绘荤浑获货祸"
    "击积饥迹讥鸡绩缉辑级挤蓟剂济计记际继纪夹荚颊贾钾驾歼监坚笺间艰缄检碱硷拣捡简俭减槛鉴践贱见键舰剑饯渐溅涧将浆蒋"
    "桨奖讲酱胶浇骄娇搅铰矫侥脚饺缴绞轿较阶节结诫届紧锦仅谨进晋烬尽劲荆茎鲸经颈静镜径痉竞净纠厩旧驹举锯惧剧鹃绢觉决"
    "诀绝钧军骏开凯颗壳课垦恳抠库裤块侩宽矿旷况亏岿窥馈溃扩阔莱来赖蓝栏拦篮阑兰澜谰揽览懒缆烂滥捞劳涝乐镭垒类泪鲤礼"
    "丽厉励砾历沥隶俩联莲连镰涟敛脸链恋炼练粮凉两辆谅疗辽镣猎临邻鳞凛赁龄铃灵领馏刘龙聋咙笼垄拢陇楼娄搂篓芦卢颅庐炉"
    "掳卤虏鲁赂禄录陆驴吕铝侣屡缕虑滤绿峦挛孪滦乱抡轮伦仑沦纶论萝罗逻锣箩骡骆络妈玛码蚂马骂吗买麦卖迈脉瞒馒蛮满谩猫"
    "锚铆贸没镁门闷们锰梦谜弥觅幂绵缅庙灭悯闽鸣铭谬谋亩呐钠纳难挠脑恼闹馁内拟腻撵酿鸟聂啮镊镍柠狞拧钮纽脓浓农疟诺欧"
    "鸥殴呕沤盘庞抛赔喷鹏骗飘频贫凭评泼颇铺谱脐齐骑岂启弃讫牵钎铅迁签谦钱钳潜浅谴堑枪呛墙蔷强抢锹桥乔侨翘窍窃钦亲寝"
    "轻氢倾顷请庆琼穷趋区躯驱龋颧权劝却鹊让饶绕热韧认纫荣绒软锐闰润萨鳃赛叁伞丧骚扫涩杀刹纱筛删闪陕赡缮伤赏烧绍赊摄"
    "慑设绅审婶肾渗声绳师狮湿诗时蚀实识驶势释饰视试寿兽枢输书赎属术树竖数帅双谁税顺说硕烁丝饲耸怂颂讼诵擞苏诉肃虽随"
    "绥岁孙损笋缩琐锁獭挞态摊贪瘫滩坛谭谈叹汤烫涛绦讨腾誊锑题屉条贴铁厅烃铜统头秃图团颓蜕脱鸵驮驼椭袜弯湾顽韦违围为"
    "潍维苇伟伪纬谓卫温闻纹稳问挝蜗涡窝卧呜钨乌诬无芜吴坞雾务误锡牺袭习铣戏细虾辖峡侠狭厦吓锨鲜纤贤衔闲显险现献县馅"
    "宪线厢镶乡详响项萧嚣销晓啸协挟携胁谐写泻谢锌衅兴汹锈绣虚嘘须许叙绪续轩悬选癣绚学勋询寻驯训讯逊压鸦鸭哑亚讶阉烟"
    "盐严颜阎艳厌砚彦谚验鸯杨扬疡阳养样瑶摇尧遥窑谣药爷页业医铱颐遗仪蚁艺亿忆义诣议谊译绎荫阴银饮隐樱婴鹰应缨莹萤营"
    "荧蝇赢颖哟拥痈咏忧邮铀犹诱舆鱼渔娱屿语狱誉预驭鸳渊辕园员圆缘远约跃钥粤悦阅郧匀陨运蕴酝晕韵杂灾载攒暂赞赃脏凿枣"
    "责择则泽贼赠轧铡闸栅诈斋债毡盏斩辗崭栈战绽张涨帐账胀赵蛰辙锗这贞针侦诊镇阵挣睁狰争帧郑证织职执纸挚掷帜质滞钟终"
    "肿众诌轴皱昼骤猪诸诛烛瞩嘱贮铸驻专砖转赚桩装妆壮状锥赘坠缀谆浊兹资渍踪综总纵邹诅组钻"
)
# Library: the folders that our pages show something of, and where its own translations lie.
LIBRARIES = {
    "unfold": (
        "admin.py forms.py fields.py mixins sites.py widgets.py views.py templates templatetags contrib/filters"
        " contrib/forms",
        "",
    ),
    "allauth": (
        "account mfa usersessions core decorators.py templates/account templates/mfa templates/usersessions",
        "locale",
    ),
    "django": (
        "contrib/admin contrib/auth contrib/messages contrib/humanize core/validators.py core/paginator.py forms"
        " db/models utils",
        "conf/locale contrib/admin/locale contrib/auth/locale contrib/humanize/locale contrib/contenttypes/locale",
    ),
}


@functools.cache
def catalogue(locale: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "config" / "locale" / locale / "LC_MESSAGES" / "django.po"))


def texts(locale: str) -> set[strings.Marked]:
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue(locale)}


def said(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def folder(library: str) -> Path:
    found = importlib.util.find_spec(library)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


@functools.cache
def marked_by_us() -> frozenset[strings.Marked]:
    return frozenset(strings.marked_in(*OURS, ROOT / "templates"))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_of_the_sources_is_in_the_catalogue_and_nothing_else(locale: str) -> None:
    marked = marked_by_us()
    assert sorted(marked - texts(locale)) == []
    assert sorted(texts(locale) - marked) == []


def test_a_fresh_extraction_finds_the_same_texts(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("left out: a fresh extraction needs gettext (xgettext)")
    copy, found = tmp_path / "sources", tmp_path / "found"  # it writes beside the templates, where other tests read
    for place in (*OURS, ROOT / "templates"):
        shutil.copytree(place, copy / place.name, ignore=shutil.ignore_patterns("locale", "__pycache__"))
    found.mkdir()
    monkeypatch.chdir(copy)
    settings.LOCALE_PATHS = [found]
    call_command("makemessages", locale=list(LOCALES), verbosity=0)
    for locale in LOCALES:
        fresh = polib.pofile(str(found / locale / "LC_MESSAGES" / "django.po"))
        assert {(entry.msgctxt or "", entry.msgid) for entry in fresh} ^ texts(locale) == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_empty_guessed_or_out_of_use(locale: str) -> None:
    entries = catalogue(locale)
    assert [entry.msgid for entry in entries if not said(entry).strip()] == []
    assert [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete] == []
    assert entries.metadata["Plural-Forms"] == "nplurals=1; plural=0;"


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_and_tags_survive_translation(locale: str) -> None:
    for entry in catalogue(locale):
        there = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        assert set(PLACEHOLDER.findall(said(entry))) == there, entry.msgid
        assert said(entry).startswith("\n") == entry.msgid.startswith("\n"), entry.msgid


@pytest.mark.parametrize("locale", LOCALES)
def test_punctuation_between_chinese_characters_is_full_width(locale: str) -> None:
    halved = re.compile(r"[\u4e00-\u9fff][,;:?!()](?!\d)|[,;:?!()][\u4e00-\u9fff]")
    found = {entry.msgid for entry in catalogue(locale) if halved.search(said(entry))}
    assert found - {"yes,no"} == set()  # the filter `yesno` splits at the comma


def test_traditional_chinese_has_no_simplified_characters() -> None:
    written = {entry.msgid: said(entry) for entry in catalogue("zh_Hant")}
    written |= {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in (ROOT / "templates").rglob("*.zh-hant.txt")
    }
    slips = {name: sorted(SIMPLIFIED_ONLY.intersection(text)) for name, text in written.items()}
    assert {name: found for name, found in slips.items() if found} == {}


@pytest.mark.parametrize("language", ["en", *LOCALES.values()])
def test_every_message_is_worded(language: str) -> None:
    folder = ROOT / "templates" / "messages"
    needed = {f"{event.code}/{channel}.{language}.txt" for event in events.registered() for channel in event.channels}
    there = {str(path.relative_to(folder)) for path in folder.rglob(f"*.{language}.txt") if path.read_text().strip()}
    assert needed ^ there == set()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_what_a_library_leaves_in_english_is_translated_here(library: str, locale: str) -> None:
    sources = LIBRARIES[library][0].split()
    own = [
        gettext.translation("django", folder(name) / place, languages=[locale])
        for name, places in LIBRARIES.items()
        for place in places[1].split()
    ]
    ours = texts(locale)

    def is_known(context: str, text: str) -> bool:
        if (context, text) in ours:
            return True
        for key in [text, *([f"{context}\x04{text}"] if context else [])]:
            if any(key in one._catalog or (key, 0) in one._catalog for one in own):  # type: ignore[attr-defined]
                return True
        return False

    shown = strings.marked_in(*(folder(library) / source for source in sources))
    assert sorted(one for one in shown if not is_known(*one)) == []


@pytest.mark.parametrize("library", ["unfold", "django"])
def test_each_library_text_is_still_in_that_library(library: str) -> None:
    module = Path(third_party_strings.__file__).read_text(encoding="utf-8")
    listed = {"unfold": module.split("\nDJANGO = ")[0], "django": module.split("\nUNFOLD = ")[0]}
    kept = set(strings.in_python(listed[library]))
    shown = strings.marked_in(*(folder(library) / source for source in LIBRARIES[library][0].split()))
    assert sorted(kept - shown) == []
