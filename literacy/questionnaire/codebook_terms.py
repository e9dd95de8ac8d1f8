"""Terms of the codebook page and of the DDI file, in both languages."""

from __future__ import annotations

from literacy.instrument import FrozenMap, Label

TERMS: FrozenMap[Label] = FrozenMap(
    {
        "codebook": Label("数据说明书", "Codebook"),
        "no_key": Label(
            "本说明书不含标准答案；个别题目只问答出某项的人，其条件会显示该项。",
            "The answer key is not in this codebook. Where a question is asked only of those who gave a certain "
            "answer, its condition shows that answer.",
        ),
        "demonstration": Label("示范问卷，不是正式测试题。", "A demonstration form, not the official test."),
        "synthetic": Label(
            "合成数据：没有访问过任何人。涉及期次：{}。", "Synthetic data: nobody was interviewed. Waves: {}."
        ),
        "synthetic_wave": Label("合成数据：没有访问过任何人", "synthetic data: nobody was interviewed"),
        "contents": Label("目录", "Contents"),
        "about": Label("调查", "The survey"),
        "waves": Label("期次", "Waves"),
        "design": Label("标识与抽样设计列", "Identifier and design columns"),
        "universes": Label("总体", "Universes"),
        "groups": Label("目标人群", "Groups"),
        "standards": Label("评分标准", "Scoring standards"),
        "standard": Label("评分标准", "Standard"),
        "kinds": Label("缺失的种类", "Kinds of missing"),
        "questions": Label("题目", "Questions"),
        "derived": Label("评分后增加的列", "Columns that scoring adds"),
        "index": Label("列名索引", "Index of columns"),
        "name": Label("名称", "Name"),
        "label": Label("标签", "Label"),
        "survey": Label("调查代号", "Survey"),
        "area": Label("地区", "Area"),
        "counts": Label("题目数", "Questions"),
        "counted": Label("{} 题，其中记分 {} 题", "{}, of which {} are scored"),
        "blank": Label("没有代码的空格表示", "An empty cell without a code means"),
        "by_module": Label(
            "整个模块都空为未问，否则为漏答", "not asked where the whole module is empty, else skipped"
        ),
        "personal": Label("个人信息列", "Personal columns"),
        "dropped": Label(
            "默认删除，不随数据提供：{}", "dropped by default, never delivered with the data: {}"
        ),
        "sources": Label("来源", "Sources"),
        "days": Label("调查日期", "Fieldwork"),
        "mode": Label("方式", "Mode"),
        "n": Label("人数", "n"),
        "file": Label("数据文件", "Data file"),
        "remark": Label("说明", "Notes"),
        "not_in": Label("未问的题目", "Questions not asked"),
        "column": Label("列", "Column"),
        "role": Label("作用", "Role"),
        "wave": Label("期次", "Wave"),
        "id": Label("个案编号", "identifier of a respondent"),
        "weight": Label("基础权重", "base weight"),
        "strata": Label("层", "stratum"),
        "psu": Label("抽样单元（依次为各阶段）", "sampling units, stage by stage"),
        "fpc": Label("总体单元数（依次为各阶段）", "population sizes, stage by stage"),
        "candidates": Label("依次取文件中有的第一个：{}", "the first one a file has of {}"),
        "condition": Label("条件", "Condition"),
        "indicator": Label("指标总体", "the indicator's universe"),
        "proxy": Label("代替", "Stands in"),
        "everybody": Label("所有人", "everybody"),
        "group_note": Label(
            "人群可以重叠；列名为 group_ 加名称。",
            "Groups may overlap; the columns are called group_ and the name.",
        ),
        "cuts": Label("维度与等级", "Dimensions and tiers"),
        "reached": Label("达标线", "Reached at"),
        "right": Label("答对 {} 题及以上", "{} right or more"),
        "points": Label("{} 分及以上", "{} points or more"),
        "counting": Label("计入的题目", "Items that count"),
        "treat": Label("缺失的处理", "How missing counts"),
        "incorrect": Label("计为错误", "incorrect"),
        "excluded": Label("不计", "not held against the person"),
        "comparison": Label("可比性", "Comparison"),
        "needs": Label("调查尚未规定：{}", "the survey has not stated: {}"),
        "identified_by": Label("另由以下识别", "Also identified by"),
        "codes": Label("代码", "codes"),
        "tags": Label("标记", "tags"),
        "labels": Label("值标签", "value labels"),
        "asked": Label("问谁", "Asked of"),
        "hint": Label("答题提示", "Told to the person"),
        "bounds": Label("取值范围", "Range"),
        "class": Label("分类", "Classification"),
        "benchmark": Label("基准 {}", "benchmark {}"),
        "columns": Label("文件中的列名", "Column in the file"),
        "absent": Label("未问的期次", "Not asked in"),
        "scored": Label("评分列", "Scored column"),
        "mark": Label(
            "{} （1 答对，0 未答对，空 = 不计；评分后代替原答案）",
            "{} (1 right, 0 not right, empty = not held against the person; in place of the answer after scoring)",
        ),
        "optional": Label("文件中可以没有", "may be absent from a file"),
        "code": Label("代码", "Code"),
        "option": Label("选项", "Option"),
        "kind": Label("种类", "Kind"),
        "answer": Label("回答", "answer"),
        "split": Label("评分后的列（0/1）", "Column after scoring (0/1)"),
        "values": Label("取值", "Values"),
        "made": Label("怎样得出", "How it is made"),
        "none": Label("没有。", "None."),
        "person": Label("受访者个人", "individual respondent"),
        "survey_data": Label("调查数据", "survey data"),
        "structured": Label("结构化问卷", "structured questionnaire"),
        "every_wave": Label("各期", "every wave"),
        "security": Label("个人信息：默认删除", "personal: dropped by default"),
        "one_column": Label(
            "多选题：每个选项一个变量（1 选中，0 未选，空 = 没有回答），以题名和选项代码命名；"
            "数据文件中可以是一列（代码以 | 分隔），也可以每个选项一列。",
            "Multiple choice: one variable an option (1 ticked, 0 not, empty = no answer), named after the item "
            "and the option's code; a data file may hold one column of codes parted by | or one column an option.",
        ),
        "instead": Label("以下代码代替全部选项：{}", "codes in place of all options: {}"),
        "made_from": Label(
            "由调查定义文件生成；不含标准答案和评分。",
            "Made from the survey's definition; neither key nor scoring is in it.",
        ),
        "face_to_face": Label("面访", "face to face"),
        "online": Label("网络调查", "online"),
        "mixed": Label("混合方式", "mixed modes"),
        "telephone": Label("电话调查", "telephone"),
        "mail": Label("邮寄调查", "mail"),
    }
)


SIGNS: FrozenMap[str] = FrozenMap({"zh": "：", "en": ": "})
"""The colon of each language, including a following space."""


def term(name: str, lang: str) -> str:
    """Return a term or sentence in ``zh`` or ``en``."""
    return TERMS[name].get(lang)
