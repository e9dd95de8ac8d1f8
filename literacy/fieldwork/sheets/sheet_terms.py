"""Texts of the field materials, in Chinese and English."""

from __future__ import annotations

from literacy.instrument import FrozenMap, Label

PERSONS = ("random", "kish", "birthday", "none")
"""Methods of selecting one adult in a household."""
WORDS: FrozenMap[Label] = FrozenMap(
    {
        "case": Label("户号", "Case"),
        "kish_short": Label("Kish 表", "Kish"),
        "day": Label("日期", "date"),
        "code": Label("代码", "code"),
        "title": Label("入户联系表", "Contact sheet"),
        "unit": Label("单位", "Unit"),
        "stratum": Label("层", "Stratum"),
        "household": Label("户号", "Household"),
        "kish": Label("Kish 表", "Kish table"),
        "adults": Label("成年人数", "Adults"),
        "person": Label("第几人", "Person"),
        "visit": Label("第{}次", "Visit {}"),
        "result": Label("结果", "Result"),
        "remark": Label("备注", "Remarks"),
        "interviewer": Label("调查员编号：", "Interviewer's code: "),
        "interviewer_head": Label("调查员", "interviewer"),
        "date": Label("日期", "date"),
        "disposition": Label("结果代码", "disposition"),
        "walk": Label(
            "随机路线：从单位登记的起点出发，第一户为第 {start} 户，以后每隔 {step} 户访一户，"
            "遇岔路先右后左，遇楼房自下而上。",
            "Random walk: from the unit's starting point take dwelling {start}, then every "
            "{step}th; at a fork keep right, in a "
            "building go from the ground floor up.",
        ),
        "listed": Label(
            "各户已按名单抽定，不得更换。",
            "The households were drawn from the list and must not be exchanged.",
        ),
        "reserve": Label("备用单位：接到通知后方可启用。", "Reserve: to be used only when it is released."),
        "codes": Label("结果代码", "Result codes"),
        "kish_title": Label("Kish 选人表", "Kish tables"),
        "kish_how": Label(
            "把本户 18—69 岁的成年人按先男后女、同性别由大到小编号，按本户的表和成年人数查出应访问第几人。",
            "Number the adults of 18-69 of the household, men first, each sex from the oldest to "
            "the youngest; the household's table "
            "and the number of adults say whom to ask.",
        ),
        "six": Label("6 人及以上", "6 or more"),
        "table": Label("表", "Table"),
        "instructions": Label("调查员须知", "Instructions"),
        "private": Label(
            "本表只用编号，不写姓名、电话和门牌；与住户的联系方式由社区保管，不得交回。",
            "Numbers only: no names, telephones or addresses on this sheet; how to reach a "
            "household stays with the community.",
        ),
        "log": Label("上门记录", "visits"),
        "lines": Label("样本户", "households"),
        "birthday": Label(
            "请访问本户 18—69 岁成年人中最近过生日的一位。",
            "Ask the adult of 18-69 who had a birthday last.",
        ),
        "sheet": Label("第 {} 张，共 {} 张", "sheet {} of {}"),
        "unseen": Label(
            "* 该代码未见出处（AAPOR《标准定义》第 9 版）",
            "* code not seen at its source (AAPOR, 9th edition)",
        ),
        "signature": Label("调查员签字：", "Signature: "),
    }
)

_BIRTHDAY = Label(
    "户内访问最近过生日的那位成年人，选定后不得更换；本人不在就另约时间。",
    "Inside the household ask the adult who had a birthday last; that does not change. If the person is out, make an "
    "appointment.",
)
_KISH = Label(
    "户内用 Kish 表选人（平板电脑自动给出），选定后不得更换；本人不在就另约时间。",
    "Inside the household the Kish table (or the tablet) says whom to ask; that does not change. If the person is out, "
    "make an appointment.",
)
_LISTED = Label(
    "访问名单上的那个人，不得由家人代答；本人不在就另约时间。",
    "Ask the person on the list and nobody in his or her place; if the person is out, make an appointment.",
)
CHOICE: FrozenMap[Label] = FrozenMap({"random": _KISH, "kish": _KISH, "birthday": _BIRTHDAY, "none": _LISTED})
"""The instruction on whom to interview, by selection method."""
RULES: tuple[Label | None, ...] = (
    Label(
        "只访问表上的户。被抽中的户不在、拒访、找不到，都如实记录结果，不得用邻居代替。",
        "Go only to the households on the sheet. Where one is out, refuses or cannot be found, "
        "write down what happened; never "
        "take a neighbour instead.",
    ),
    Label(
        "没有配额：不因某一年龄、性别或职业的人“已经够了”而不访。",
        "There are no quotas: nobody is left out because there are enough of an age, sex or occupation.",
    ),
    Label(
        "不在家的户至少上门三次，其中一次在晚上、一次在周末，每次都记一行。",
        "Where nobody is at home go at least three times, once in the evening and once at the "
        "weekend; each visit is one line.",
    ),
    None,
    Label(
        "备用单位只按名单顺序、接到通知后启用；替换的户在记录中注明，不算作应答。",
        "Reserve units are used in the order of the list and only when released; a household that "
        "stands in for another is marked "
        "so and never counts as a response.",
    ),
    Label(
        "表上不写姓名、电话和门牌号；不拍摄证件。",
        "No names, telephones or house numbers on the sheets; no pictures of papers.",
    ),
    Label("当天的上门记录当天交。", "Hand in each day's visit log the same day."),
)
"""Rules for interviewers; None is replaced by the instruction of :data:`CHOICE`."""
