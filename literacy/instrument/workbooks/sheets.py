"""Definition of the sheets of a survey's workbook: names, columns, and translated cell values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from literacy.instrument.definitions import ITEM_TYPES, KINDS, FrozenMap

TRUE, FALSE = ("是", "yes", "true", "1", "y"), ("否", "no", "false", "0", "n", "")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its name in data, its headings, a hint on its content, and its permitted values.

    ``words`` maps values in data to their Chinese equivalents; a cell may contain either.
    """

    name: str
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    width: int = 12
    words: FrozenMap[str] = field(default_factory=FrozenMap)
    date: bool = False

    def heading(self, lang: str) -> str:
        """Heading in the given language."""
        return self.zh if lang == "zh" else self.en

    def hint(self, lang: str) -> str:
        """Hint on the content of the column, in the given language."""
        return self.hint_zh if lang == "zh" else self.hint_en


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name in data, its titles, and its columns in order."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    def title(self, lang: str) -> str:
        """Title in the given language."""
        return self.zh if lang == "zh" else self.en

    def column(self, heading: str) -> str:
        """Return the name of the column with a heading in either language, or with that name; empty if none."""
        for wanted in (whole(heading), plain(heading)):
            for column in self.columns:
                if wanted in {whole(column.name), whole(column.zh), whole(column.en)}:
                    return column.name
        return ""


def whole(text: object) -> str:
    """Normalise a heading: without case, width, blanks and asterisks."""
    return "".join(unicodedata.normalize("NFKC", str(text)).strip().strip("*").lower().split())


def plain(text: object) -> str:
    """Normalise a heading: without case, width, blanks, asterisks and text in brackets."""
    return whole(text).partition("(")[0] or whole(text)


def _translations(pairs: Mapping[str, str]) -> FrozenMap[str]:
    return FrozenMap(dict(pairs))


YES = _translations({"true": "是", "false": "否"})
TYPES = _translations(
    dict(zip(ITEM_TYPES, ("判断", "单选", "多选", "类别", "量表", "数字", "文字"), strict=True))
)
MISSING = _translations(dict(zip(KINDS[1:], ("不知道", "拒答", "未作答", "未问到", "不适用"), strict=True)))
MODES = _translations(
    {"face_to_face": "面访", "online": "网络", "mixed": "混合", "telephone": "电话", "mail": "邮寄"}
)
BLANK = _translations(
    {"skipped": "未作答", "not_asked": "未问到", "not_applicable": "不适用", "by_module": "按模块"}
)
DIMENSIONS = _translations(
    {"knowledge": "科学知识", "method": "科学方法", "spirit": "科学精神", "application": "应用能力"}
)

_CONDITION = (
    Column("column", "条件列", "Column", "哪道题或哪个归并变量", "item or recode the condition is about"),
    Column("min", "最小值", "Min", "含", "inclusive", 8),
    Column("max", "最大值", "Max", "含", "inclusive", 8),
    Column("values", "取值", "Values", "代码，多个用 | 分开", "codes, several separated by |", 12),
)
_NAMES = (
    Column("zh", "名称", "Chinese label", "读者看到的名称", "what readers see", 28),
    Column("en", "英文名称", "English label", "可不填", "may stay empty", 28),
)

ABOUT = Sheet(
    "about", "背景", "About",
    (
        Column("key", "项目", "Key", width=22),
        Column("value", "内容", "Value", width=70),
        Column("remark", "填写说明", "Remark", width=60),
    ),
)  # fmt: skip
ITEMS = Sheet(
    "items", "题目", "Items",
    (
        Column("item", "编号", "Item", "小写英文字母开头，如 k01", "lower-case name, as k01", 14),
        Column("type", "题型", "Type", width=12, words=TYPES),
        Column("module", "模块", "Module", "“模块”表里的编号", "a module of sheet Modules", 14),
        Column("zh", "题目", "Chinese text", "问卷上的原话", "as on the form", 48),
        Column("en", "英文题目", "English text", "可不填", "may stay empty", 48),
        Column("options", "选项组", "Options", "“选项”表里的组名", "a set of sheet Options", 14),
        Column("key", "正确答案", "Key", "选项代码；多选用 | 分开；非测试题不填", "right code(s), separated by |", 10),
        Column("dimension", "维度", "Dimension", "测试题属于标准的哪个部分", "part of the standard", 12, DIMENSIONS),
        Column("benchmark", "基准", "Benchmark", "2016 年《基准》的条目号", "benchmark of 2016", 8),
        Column("min", "最小值", "Min", "数字题", "numbers only", 8),
        Column("max", "最大值", "Max", "数字题", "numbers only", 8),
        Column("unit", "单位", "Unit", width=8),
        Column("short_zh", "简称", "Short (Chinese)", "表格里用的短名", "used in tables", 16),
        Column("short_en", "英文简称", "Short (English)", width=16),
        Column("note_zh", "备注", "Note (Chinese)", "给分析人员", "for analysts", 24),
        Column("note_en", "英文备注", "Note (English)", width=24),
        Column("hint_zh", "填答提示", "Hint (Chinese)", "给受访者", "for respondents", 24),
        Column("hint_en", "英文填答提示", "Hint (English)", width=24),
    ),
)  # fmt: skip
OPTIONS = Sheet(
    "options", "选项", "Options",
    (
        Column("options", "选项组", "Options", "同一组的选项写同一组名", "one name a set", 16),
        Column("code", "代码", "Code", "数据文件里的代码", "as in the data", 8),
        *_NAMES,
        Column("missing", "缺失类型", "Missing", "不是答案的选项，如“拒答”", "for options that are no answer", 12, MISSING),
    ),
)  # fmt: skip
GROUPS = Sheet(
    "groups", "人群", "Groups",
    (
        Column("kind", "类别", "Kind", "总体：结果代表谁；人群：分组", "universe: whom results speak for; group", 10,
               _translations({"universe": "总体", "group": "人群"})),
        Column("name", "编号", "Name", "小写英文", "lower-case name", 16),
        *_NAMES,
        Column("universe", "所属总体", "Universe", "人群属于哪个总体", "of a group", 12),
        Column("indicator", "计入指标", "Indicator", "恰有一个总体填“是”", "yes for one universe", 10, YES),
        Column("any", "或", "Any", "同一数字的条件同时满足；不同数字满足其一即可", "conditions with the same number hold together", 6),
        *_CONDITION,
        Column("proxy_zh", "替代说明", "Proxy (Chinese)", "以别的人群代替时写明", "where others stand in", 30),
        Column("proxy_en", "英文替代说明", "Proxy (English)", width=30),
    ),
)  # fmt: skip
RECODES = Sheet(
    "recodes", "归并", "Recodes",
    (
        Column("name", "编号", "Name", "归并后的变量，如 age_band", "as age_band", 16),
        *_NAMES,
        Column("column", "来源题", "Column", width=14),
        Column("code", "代码", "Code", width=14),
        Column("min", "最小值", "Min", width=8),
        Column("max", "最大值", "Max", width=8),
        Column("values", "取值", "Values", "代码，多个用 | 分开", "codes, separated by |", 12),
        Column("level_zh", "类别名称", "Level (Chinese)", width=22),
        Column("level_en", "英文类别名称", "Level (English)", width=22),
    ),
)  # fmt: skip
MODULES = Sheet(
    "modules", "模块", "Modules",
    (
        Column("kind", "类别", "Kind", "模块，或单独几道题", "a module, or some items", 10,
               _translations({"module": "模块", "items": "题目"})),
        Column("name", "编号", "Name", "题目写题号，多个用 | 分开", "items: their names, separated by |", 18),
        *_NAMES,
        Column("optional", "可缺", "Optional", "数据文件里可以没有", "a file may lack it", 8, YES),
        Column("personal", "个人信息", "Personal", width=8, words=YES),
        *_CONDITION,
    ),
)  # fmt: skip
STANDARDS = Sheet(
    "standards", "标准", "Standards",
    (
        Column("id", "标准", "Standard", "第一行为默认标准", "the first is the default", 18),
        Column("literate", "达标线", "Literate", "仅当标准未规定", "where the standard leaves it open", 10),
        Column("items", "计分题", "Items", "多个用 | 分开", "separated by |", 40),
        Column("pass_share", "各维度通过率", "Pass shares", "如 knowledge=0.6|method=0.5", "as knowledge=0.6|method=0.5", 30),
    ),
)  # fmt: skip
WAVES = Sheet(
    "waves", "波次", "Waves",
    (
        Column("name", "波次", "Wave", "如 2025", "as 2025", 10),
        Column("year", "年份", "Year", width=8),
        Column("start", "开始日期", "Start", width=12, date=True),
        Column("end", "结束日期", "End", width=12, date=True),
        Column("mode", "方式", "Mode", width=10, words=MODES),
        Column("n", "样本量", "n", "文件中的行数", "rows of the file", 8),
        Column("synthetic", "合成数据", "Synthetic", width=10, words=YES),
        Column("standard", "标准", "Standard", width=14),
        Column("absent", "未问", "Absent", "这一波没有问的模块或题，用 | 分开", "modules or items not asked, separated by |", 24),
        Column("data", "数据文件", "Data", width=20),
        Column("marker_column", "识别列", "Marker", "文件里标明波次的列", "column that shows the wave", 12),
        Column("marker_min", "识别最小值", "Marker min", width=10),
        Column("marker_max", "识别最大值", "Marker max", width=10),
        Column("marker_values", "识别取值", "Marker values", width=12),
        Column("weight", "权数列", "Weight", width=14),
        Column("strata", "层", "Strata", width=12),
        Column("psu", "抽样单位", "Units", "各级用 | 分开", "one a stage, separated by |", 14),
        Column("fpc", "总体单位数", "fpc", "各级用 | 分开", "one a stage, separated by |", 14),
        Column("note_zh", "备注", "Note (Chinese)", width=30),
        Column("note_en", "英文备注", "Note (English)", width=30),
    ),
)  # fmt: skip
COLUMNS = Sheet(
    "columns", "列名", "Columns",
    (
        Column("wave", "波次", "Wave", width=10),
        Column("item", "编号", "Item", width=16),
        Column("column", "数据文件的列", "Column in the file", width=50),
    ),
)  # fmt: skip
MARGINS = Sheet(
    "margins", "总体", "Margins",
    (
        Column("wave", "波次", "Wave", width=10),
        Column("universe", "所属总体", "Universe", width=12),
        Column("table", "表", "Table", width=16),
        Column("columns", "变量", "Columns", "交叉表用 | 分开；可不填", "a cross table: separated by |", 18),
        Column("level", "类别", "Level", "代码或名称；交叉表用 | 分开", "code or label; a cross table: separated by |", 18),
        Column("total", "人数", "Total", "人数，或比例", "count or share", 14),
        Column("source", "来源", "Source", width=40),
        Column("status", "可靠程度", "Status", width=14),
        Column("proxy_zh", "替代说明", "Proxy (Chinese)", width=30),
        Column("proxy_en", "英文替代说明", "Proxy (English)", width=30),
        Column("note_zh", "备注", "Note (Chinese)", width=30),
        Column("note_en", "英文备注", "Note (English)", width=30),
    ),
)  # fmt: skip
GOALS = Sheet(
    "goals", "目标", "Goals",
    (
        Column("area", "地区", "Area", width=16),
        *_NAMES,
        Column("year", "年份", "Year", width=8),
        Column("value", "目标", "Goal", "0.12 或 12%", "0.12 or 12%", 10),
        Column("strict", "须超过", "Exceed", "“超过”填是，“达到”填否", "yes: must exceed; no: must reach", 10, YES),
        Column("status", "可靠程度", "Status", width=16),
        Column("source", "来源", "Source", width=50),
        Column("note_zh", "备注", "Note (Chinese)", width=30),
        Column("note_en", "英文备注", "Note (English)", width=30),
    ),
)  # fmt: skip
MORE = Sheet(
    "more", "其他", "More",
    (
        Column("file", "文件", "File", width=22),
        Column("key", "键", "Key", width=26),
        Column("value", "值", "Value", "TOML 写法", "as in TOML", 90),
    ),
)  # fmt: skip
NOTES = Sheet("notes", "说明", "Read me", (Column("text", "说明", "Read me", width=110),))

SHEETS: tuple[Sheet, ...] = (
    NOTES, ABOUT, ITEMS, OPTIONS, GROUPS, RECODES, MODULES, STANDARDS, WAVES, COLUMNS, MARGINS, GOALS, MORE,
)  # fmt: skip

ABOUT_KEYS: tuple[tuple[str, str, str, str, str], ...] = (
    ("survey", "调查编号", "Survey", "小写英文，如 mycity", "lower-case name, as mycity"),
    ("label.zh", "调查名称", "Title (Chinese)", "如：某市公民科学素质调查", "as on the cover"),
    ("label.en", "英文名称", "Title (English)", "可不填", "may stay empty"),
    ("area", "地区编号", "Area", "小写英文，与“目标”表的地区一致", "as in sheet Goals"),
    ("languages", "语言", "Languages", "问卷的语言：zh；中英双语写 zh|en", "zh, or zh|en"),
    ("id", "序号列", "Id column", "数据文件里受访者的序号", "column that numbers the respondents"),
    ("blank", "空白表示", "Blank means", "空单元格表示什么", "what an empty cell means"),
    ("personal", "个人信息列", "Personal columns", "读取时一律去掉的列，用 | 分开", "left out when read, separated by |"),
    ("higher", "上级地区", "Higher levels", "公布数字的上级，由大到小，用 | 分开", "widest first, separated by |"),
    ("demonstration", "示范问卷", "Demonstration", "不是正式测试题时填“是”", "yes: no official test"),
    ("sources", "来源", "Sources", "问卷与定义的依据，一行一条", "what form and definitions rest on, one a line"),
    ("note.zh", "备注", "Note (Chinese)", "", ""),
    ("note.en", "英文备注", "Note (English)", "", ""),
    ("design.weight", "权数列", "Weight", "各波次默认的设计列", "of waves that state none"),
    ("design.strata", "层", "Strata", "", ""),
    ("design.psu", "抽样单位", "Units", "各级用 | 分开", "one a stage, separated by |"),
    ("design.fpc", "总体单位数", "fpc", "各级用 | 分开", "one a stage, separated by |"),
)  # fmt: skip
LISTS = frozenset({"languages", "personal", "higher", "sources", "design.psu", "design.fpc"})
FLAGS = frozenset({"demonstration"})


def find_sheet(title: str) -> Sheet | None:
    """Return the sheet with a title in either language, or None."""
    wanted = plain(title)
    return next((s for s in SHEETS if wanted in {s.name, plain(s.zh), plain(s.en)}), None)


def about_key(text: str) -> str:
    """Return the key of a row of the sheet About, written in either language; empty if there is none."""
    wanted = whole(text)
    return next((k for k, zh, en, *_ in ABOUT_KEYS if wanted in {k, whole(zh), whole(en)}), "")


def with_languages(sheet: Sheet, extra: Iterable[str]) -> Sheet:
    """Return the sheet with a column for each further language, inserted after the English one."""
    further = tuple(extra)
    if not further:
        return sheet
    columns: list[Column] = []
    for column in sheet.columns:
        columns.append(column)
        stem = column.name.removesuffix("en")
        if column.name == "en" or column.name.endswith("_en"):
            columns += [
                Column(f"{stem}{lang}", f"{stem}{lang}", f"{stem}{lang}", width=28) for lang in further
            ]
    return Sheet(sheet.name, sheet.zh, sheet.en, tuple(columns))
