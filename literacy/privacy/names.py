"""Patterns of personal names in Inner Mongolia: Han and Mongolian, in Chinese, Latin and Cyrillic script."""

from __future__ import annotations

import re
from functools import lru_cache

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊陆郝孔白崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎常武乔贺赖龚庞樊殷施陶翟倪严牛温季俞章鲁"
    "葛韦毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游裴席屈尚蓝包佟那阿巴乌额高马"
)
_TWO = "欧阳|上官|皇甫|司马|司徒|诸葛|尉迟|慕容|夏侯|东方"
_PLAIN = _SURNAMES.replace("高", "").replace("马", "")
PERSON = rf"(?:(?:{_TWO})[\u4e00-\u9fff]{{1,2}}|[{_PLAIN}][\u4e00-\u9fff]{{1,2}})"
"""Pattern of a Han name; it needs further evidence, since most words of two or three such characters are not names."""
_HAN = rf"(?:(?:{_TWO})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_STEMS = (
    "阿古拉 阿拉坦 阿拉腾 阿拉塔 阿茹娜 阿如娜 阿荣 阿斯尔 阿斯汗 阿民 阿木尔 阿木古郎 阿日斯楞 阿尔斯楞 "
    "安达 敖登 敖其尔 敖日格勒 敖云 奥登 奥其尔 巴达玛 巴格那 巴根 巴雅尔 巴雅斯古楞 巴特尔 巴图 巴音 白音 "
    "宝力道 宝力高 宝力格 宝乐尔 宝鲁 宝音 宝日玛 布和 布赫 布仁 布日古德 布尔古德 策力格尔 查干 查苏娜 "
    "朝克图 朝鲁 朝鲁门 朝格图 朝伦 朝乐门 楚伦 达来 达赖 达胡巴雅尔 达日罕 丹巴 道尔吉 道日娜 德力格尔 "
    "德格吉夫 都古尔 都兰 额尔敦 额尔德尼 额日登 额勒斯 恩和 恩克 嘎拉 嘎日迪 嘎鲁 噶尔迪 甘迪格 高娃 高勒 "
    "格根 格日勒 格日乐 格希格 葛根 官布 古日 哈达 哈日 哈斯 哈申 海日 海日罕 罕山 浩斯 呼和 呼格吉勒 "
    "呼格吉乐 呼日查 呼斯楞 呼德古 胡格吉勒 胡日查 胡斯楞 吉木斯 吉日格勒 吉日嘎拉 吉雅 吉雅泰 吉仁台 金花 "
    "伦布 満都 满都 满都拉 满都呼 满达 满来 毛敖海 莫日根 孟根 孟和 孟克 蒙克 明安 明图 木其尔 木仁 木兰 "
    "那达慕 那顺 那仁 那日苏 那木拉 那木斯来 娜布其 娜仁 娜日苏 娜荷雅 娜木罕 娜日斯 南丁 南斯勒玛 尼玛 诺敏 "
    "诺日布 其其格 其木格 其力木格 其勒木格 其布日 琪琪格 齐齐格 青格勒 青格乐 乔伦 曲丽 萨仁 萨日 萨日娜 "
    "萨如拉 萨其仁 赛罕 赛音 赛吉拉 僧格 森德 双喜 双福 斯琴 斯日古楞 苏布德 苏布达 苏都 苏亚拉 苏伊拉 苏日 "
    "苏日娜 苏日嘎拉图 苏日古嘎 苏和 索龙嘎 索布德 索米雅 塔娜 塔拉 特日格乐 特木尔 特木勒 特古斯 铁木尔 "
    "帖木儿 天格尔 通嘎 通拉嘎 陶格斯 陶格陶 陶力 图雅 图布信 图门 图娅 托娅 托亚 乌恩 乌恩其 乌兰 乌拉 "
    "乌力吉 乌日罕 乌日娜 乌日汗 乌日图 乌仁 乌达木 乌汉 乌尼尔 乌尼日 乌吉斯古楞 乌云 乌英嘎 希吉尔 希日 "
    "希林 新吉乐 雪艳 依德尔 伊德尔 伊茹 伊拉图 伊日贵 伊乐 英格 永梅 扎布 扎木苏 扎拉嘎 扎娜 扎那 斋日来 "
    "毕力格 毕力格图 毕勒格 必力格 必勒格 博格达 博彦 孛儿 包力道 哈森 沙仁 沙日娜 文都苏 温都苏 乃日 嘎毕雅 "
    "嘎娃 淖敏 朝克 朝格 傲日其楞 傲特根 敖特根 都仁 都日 赫希格 尼格 苏荣 斯庆 色音 色登 高力套 杭盖"
)
_ENDS = "花 娜 图 夫 德 格 嘎 玛 太 泰 其 尔 罕 塔 雅 日 丽 霞 梅 琴 宝 金 山 龙 桑 布 拉 云"
_MONGOL = (
    "(?:"
    + "|".join(sorted(set(_STEMS.split()), key=lambda s: (-len(s), s)))
    + f"){{1,4}}[{''.join(_ENDS.split())}]?"
)
_SOUNDS = (
    "阿艾安敖傲奥巴白拜班宝保包毕必彬宾博布朝查察策楚赤达丹道德登迪丁都敦顿额恩尔嘎噶甘刚高格戈根葛贡古固官哈海汗罕浩和赫胡"
    "呼花吉济佳金卡克肯拉兰勒乐楞力丽利林隆龙鲁伦罗玛麦满曼茂毛梅门蒙孟米敏莫木那娜乃尼宁诺淖佩普其齐奇琪恰乔钦沁青"
    "庆荷仁日荣如茹萨赛桑色森僧沙莎山善舍舒双思斯松苏素索孙塔台泰坦特腾铁帖通图吐托陶娃旺温乌吾希喜锡新雅亚娅央叶"
    "伊依乙音英永尤云扎札珠卓孜朗丰夫太干贵冷彭热照散"
)
"""Characters that transcribe Mongolian by sound; a column of words made of them hardly ever holds anything else."""
_PLACE_ENDS = "苏木|嘎查|浩特|淖尔|敖包|右旗|左旗|艾里|高勒|陶亥|布拉格"
MONGOL = rf"(?:[{_SURNAMES}](?=[\u4e00-\u9fff]{{3}}))?{_MONGOL}"
"""Pattern of a Mongolian name in Chinese characters, composed of known elements; a family name may precede it."""
_PARTS = (
    r"ankh|bileg|chin|tuvshin|undra(?:kh|m)|alt?an|altan|amar|anar|ariun|ba+tar|bagana?|bat|bayan|bayar|bayr|bilig|bilg[uü]{1,2}n|bold|bolor|bor|"
    r"boro|bu[iy]an|b[uü]ren|byamba|chimeg|chimgee|chuluun|dagva|dalai|dari|davaa|dash|delger|dol[gj]or|dorj|"
    r"dulam|dulmaa|d[uü]ren|enkh|erdem|erdene?|gal|gan|ganzorig|gerel|gerelt?|goo|gombo|hishig|hurel|"
    r"[ij]argal|jamts|jamyan|jav|khaan|khand|khishig|khongor|khuu|kh[uü]{1,2}|lk?hagva|luvsan|maa|mandakh|"
    r"m[aö]nkh|m[oöuü]nkh|m[oöuü]nh|mongol|naran|narmandakh|nasan|nemekh|nergui|nomin|nyam|ochir|od|odon|"
    r"odval|otgon|oyun|purev|p[uü]rev|rentsen|sain|saikhan|san?jaa|saran|sarnai|sed|selenge|solongo|soyol|"
    r"s[oöuü]kh|s[oöuü]h|sukhe?|suren|s[uü]ren|temuulen|t[oöuü]m[oöuü]r|t[oöuü]r|t[oöuü]gs|togtokh|tsagaan|"
    r"tsend|tsetseg|tsetsegmaa|tsogt?|tsoo?j|tuul|tuya+|tulga|uil|ulaan|uyanga|[uü]lzii|[uü]neree?|zaya|zol|"
    r"zorig|zul|qiqige|wuyun|wulan|siqin|nare?n|gaowa|hasi|burenbatu|bate?r|bao?yin|suri?na|sarula|tuoya|"
    r"temuer|tuya|alatan|aruna|eerdun|narenhua|chaolu|chaolumeng|manda|qimuge|wuri|wurina"
)
_LATIN = rf"(?i:(?:(?:{_PARTS})-?){{2,4}}(?:[aeiouü]?n|g|t|iin|iyn)?)"
CYRILLIC = r"(?:[А-ЯӨҮЁ]\.?\s?)?[А-ЯӨҮЁ][а-яөүё]{2,}(?:\s[А-ЯӨҮЁ][а-яөүё]{2,})?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        _HAN,
        MONGOL,
        r"[\u4e00-\u9fff]{2,6}[·•‧・.][\u4e00-\u9fff]{2,6}",
        r"[A-Z][a-z]+(?:\s[A-Z]\.?)?\s[A-Z][a-z]+(?:-[A-Z][a-z]+)?",
        r"[A-Z]{2,12},?\s[A-Z][a-z]+(?:-?[A-Za-z]+)?|[A-Z][a-z]+,\s?[A-Z][a-z]+(?:-?[a-z]+)?",
        rf"(?:[A-Z]\.\s?)?(?=[A-Z]){_LATIN}(?:\s[A-Z][A-Za-z-]+)?|[A-Z][A-Za-z-]+\s(?=[A-Z]){_LATIN}",
        CYRILLIC,
    )
)
_MONGOL_FORMS = (
    _FORMS[1],
    _FORMS[5],
    re.compile(rf"(?![\u4e00-\u9fff]*(?:{_PLACE_ENDS})$)[{_SURNAMES}]?[{_SOUNDS}]{{2,8}}"),
)
_CODE = re.compile(
    r"(?:访员|调查员|访问员|督导|interviewer|enumerator)?[\s#_-]*[A-Za-z]{0,3}[\s_-]?\d{1,6}(?:\.0)?",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*[(（\[【〔][^)）\]】〕]{0,20}[)）\]】〕]\s*$|\s*(?:先生|女士|同志|老师)$")
_APART = re.compile(r"(?<=[\u4e00-\u9fff])[\s\u3000]+(?=[\u4e00-\u9fff])")


@lru_cache(maxsize=1 << 12)
def is_name(text: str) -> bool:
    """Return whether a text has the form of a personal name; many other words have the same form.

    Blanks between Chinese characters and bracketed text after a name are ignored.

    >>> [is_name(t) for t in ("王 文国", "乌云其木格", "巴特尔（组长）", "B. Ganbold", "内蒙古自治区")]
    [True, True, True, True, False]
    """
    plain = _AFTER.sub("", _APART.sub("", text.strip()))
    return any(form.fullmatch(plain) for form in _FORMS)


def is_mongol(text: str) -> bool:
    """Return whether a text is composed of elements of Mongolian names; unlike for Han names, few other words are.

    >>> [is_mongol(t) for t in ("其其格", "Batbayar", "王文国")]
    [True, True, False]
    """
    plain = _AFTER.sub("", _APART.sub("", text.strip()))
    return any(form.fullmatch(plain) for form in _MONGOL_FORMS)


def is_code(text: str) -> bool:
    """Return True for an interviewer code (``12``, ``A07``, ``访员3``), False for a name or a telephone number."""
    return _CODE.fullmatch(text.strip()) is not None
