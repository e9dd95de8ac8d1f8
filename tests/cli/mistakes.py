"""What beginners do wrong: each mistake as a command over small files, and the code of what they are told.

``python -m tests.cli.mistakes`` writes docs/mistakes.md and docs/mistakes.zh.md with what the program says today.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from literacy.cli import main
from literacy.messages import speak
from tests.conftest import ROOT

HEAD = "age,sex,education,residence,occupation,k01,m01,s01,a01"
ROWS = ("30,1,3,1,2,1,2,2,1", "41,2,2,2,3,2,8,2,1", "55,1,4,1,1,1,2,1,1", "23,2,5,2,4,1,1,2,2")
FAULTS = ROOT / "tests" / "files" / "faults"


@dataclass(frozen=True)
class Mistake:
    """``code`` is that of the error; ``usage`` for a command line that is refused, ``note`` where the work goes on."""

    zh: str
    en: str
    command: str
    code: str
    file: str = ""
    content: str | bytes = ""


def answers(*rows: str, head: str = HEAD) -> str:
    """A table of answers."""
    return "\n".join((head, *(rows or ROWS))) + "\n"


def column(name: str, *values: object) -> str:
    """The answers with other values in one column."""
    place = HEAD.split(",").index(name)
    lines = []
    for row, value in zip(ROWS, values, strict=False):
        cells = row.split(",")
        cells[place] = str(value)
        lines.append(",".join(cells))
    return answers(*lines)


def with_column(name: str, *values: object) -> str:
    """The answers with one more column."""
    return answers(*(f"{r},{v}" for r, v in zip(ROWS, values, strict=False)), head=f"{HEAD},{name}")


MARGINS = (
    'survey = "mycity"\nyear = 2026\nuniverse = "adults"\n\n[[tables]]\nname = "sex"\ncolumns = ["sex"]\n'
    'source = "made up"\nstatus = "published"\n'
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
M = Mistake
MISTAKES: tuple[Mistake, ...] = (
    # files
    M("文件名写错", "a misspelt file name", "score answer.csv", "io.missing", "answers.csv", answers()),
    M("给的是文件夹", "a folder in place of a file", "score mycity", "io.format"),
    M("文件是空的", "an empty file", "score empty.csv", "io.empty", "empty.csv", b""),
    M("只有表头", "a header and no rows", "score head.csv -i mycity", "io.empty", "head.csv", HEAD + "\n"),
    M("图片当作数据", "a picture as data", "score photo.csv", "io.format", "photo.csv", PNG),
    M("PDF 当作数据", "a PDF as data", "score scan.csv", "io.format", "scan.csv", b"%PDF-1.7 ...."),
    M("文本文件改名为 .xlsx", "a text renamed to .xlsx", "score renamed.xlsx", "io.format", "renamed.xlsx", answers()),
    M("网页另存为 .xls", "a web page saved as .xls", "score page.xls", "io.format", "page.xls", "<html><table></table>"),
    M("JSON 当作数据", "JSON as data", "score data.json", "io.format", "data.json", '[{"age": 30}]'),
    M("压缩包没有解压", "an archive that was not unpacked", "score data.csv", "io.format", "data.csv", b"Rar!\x1a\x07\x00...."),
    M("工作簿有密码", "a workbook with a password", "score secret.xlsx", "io.format", "secret.xlsx",
      (FAULTS / "password_protected.xlsx").read_bytes()),
    M("引号没有闭合", "a quote that is not closed", "score quote.csv -i mycity", "io.damaged", "quote.csv",
      answers('30,1,3,1,2,1,2,2,"1', *ROWS)),
    M("有一行多出单元格", "a line with too many cells", "score long.csv -i mycity", "io.damaged", "long.csv",
      answers(ROWS[0] + ",1,1", *ROWS)),
    M("有一行少了单元格", "a line with too few cells", "score short.csv -i mycity", "note", "short.csv",
      answers("30,1,3", *ROWS)),
    M("二进制内容", "binary content", "score nul.csv -i mycity", "io.format", "nul.csv", answers().replace("41", "4\x00")),
    M("编码名写错", "an encoding that does not exist", "score answers.csv --encoding GBKK", "io.encoding"),
    M("工作表名写错", "a sheet that does not exist", "score mycity/survey.xlsx --sheet 第一页 -i mycity", "io.missing"),
    M("两列同名而内容不同", "two columns of one name", "score double.csv -i mycity", "io.columns", "double.csv",
      with_column("sex", 2, 2, 2, 2)),
    M("小数写成逗号", "decimal commas", "estimate comma.csv --mean income", "io.columns", "comma.csv", 'income\n"1,5"\n"2,5"\n'),
    M("数字列里有文字", "a word in a column of numbers", "estimate words.csv --mean income", "io.columns", "words.csv",
      "income\n100\n不清楚\n"),
    # which survey, which wave
    M("调查名写错", "a misspelt survey", "score answers.csv -i erenho", "survey.unknown"),
    M("文件夹里没有调查", "a folder that holds no survey", "score answers.csv -i nothing", "survey.unknown", "nothing/readme.txt", "."),
    M("用错了调查", "the wrong survey", "score answers.csv -i erenhot", "io.match"),
    M("缺少一道题的列", "the column of an item is missing", "score lacking.csv -i mycity", "io.match", "lacking.csv",
      answers(*(r.rsplit(",", 1)[0] for r in ROWS), head=HEAD.rsplit(",", 1)[0])),
    M("波次不存在", "a wave that does not exist", "score answers.csv -i mycity -w 2031", "survey.wave"),
    M("标准名写错", "a misspelt standard", "score answers.csv -i mycity --standard cast10", "scoring.standard"),
    # answers
    M("性别出现没有的代码", "a code nobody defined", "score sex3.csv -i mycity", "responses.code", "sex3.csv",
      column("sex", 1, 2, 3, 1)),
    M("把“男”写成“男性”", "男性 in place of 男", "score nan.csv -i mycity", "responses.code", "nan.csv",
      column("sex", "男性", "女", "女", "男")),
    M("把出生年份当作年龄", "years of birth as age", "score birth.csv -i mycity", "responses.code", "birth.csv",
      column("age", 1968, 1975, 1990, 2001)),
    M("年龄写成汉字", "an age in words", "score words_age.csv -i mycity", "responses.code", "words_age.csv",
      column("age", "三十", 41, 55, 23)),
    M("学历代码超出范围", "a level of education that is none", "score edu.csv -i mycity", "responses.code", "edu.csv",
      column("education", 9, 2, 4, 5)),
    # estimates
    M("变量名写错", "a misspelt variable", "estimate answers.csv -i mycity --share literat", "estimate.variable"),
    M("分组的列不存在", "a domain that does not exist", "estimate answers.csv -i mycity --share literate --by gender", "estimate.domain"),
    M("没有说明估计什么", "nothing to estimate", "estimate answers.csv -i mycity", "usage"),
    M("条件写法不对", "a condition without =", "estimate answers.csv -i mycity --share literate --where sex", "usage"),
    M("条件没有人满足", "a condition nobody meets", "estimate answers.csv -i mycity --share literate --where sex=9", "estimate.domain"),
    M("区间名写错", "an interval that does not exist", "estimate answers.csv -i mycity --share literate --ci logitt", "estimate.option"),
    M("置信水平写成 95", "a level of 95", "estimate answers.csv -i mycity --share literate --level 95", "usage"),
    M("分位数写法不对", "a quantile without a number", "estimate answers.csv -i mycity --quantile total@x", "usage"),
    M("对比的名称不对", "a contrast of rows that are not there",
      "estimate answers.csv -i mycity --share literate --by sex --contrast 男士-女士", "usage"),
    M("检验写法不对", "a test that does not exist", "estimate answers.csv -i mycity --test chi:literate:sex", "usage"),
    M("比例的总体名写错", "a universe that does not exist",
      "estimate answers.csv -i mycity --share literate --universe adult", "design.universe"),
    M("已评分的数据再列原始题", "answers asked of scored data", "tabulate scored.csv k01", "estimate.variable"),
    M("题目名写错", "a misspelt question", "tabulate answers.csv k001 -i mycity", "estimate.variable"),
    # designs and weights
    M("权数列不存在", "a weight that is not there", "estimate answers.csv -i mycity --share literate --weight w", "design.column"),
    M("权数为负", "a negative weight", "estimate negative.csv -i mycity --share literate --weight w", "design.weight", "negative.csv",
      with_column("w", 1, -2, 1, 1)),
    M("权数缺失", "a missing weight", "estimate holes.csv -i mycity --share literate --weight w", "design.weight", "holes.csv",
      with_column("w", 1, "", 1, 1)),
    M("抽样单元的列不存在", "a sampling unit that is not there", "estimate answers.csv -i mycity --share literate --psu village", "design.column"),
    M("层里只有一个单元", "a stratum of one unit", "estimate single.csv -i mycity --share literate --strata s --psu s",
      "design.lonely_psu", "single.csv", with_column("s", "a", "b", "c", "d")),
    M("加权没有说明按什么", "weighting without totals", "weight answers.csv -i mycity -o w.csv", "margins.missing"),
    M("总体数文件不存在", "a file of totals that is missing", "weight answers.csv -i mycity --margins totals.toml -o w.csv", "io.missing"),
    M("没有这一年的总体数", "no totals for that year", "weight answers.csv -i mycity --margins 2030 -o w.csv", "margins.missing"),
    M("比例合计不是 1", "shares that add up to 0.97", "weight answers.csv -i mycity --margins m97.toml -o w.csv", "survey.invalid",
      "m97.toml", MARGINS + "totals = [{ level = 1, total = 0.506 }, { level = 2, total = 0.464 }]\n"),
    M("百分数合计不是 100", "percents that add up to 97", "weight answers.csv -i mycity --margins p97.csv -o w.csv", "survey.invalid",
      "p97.csv", "table,level,total\nsex,男,50.6\nsex,女,46.4\n"),
    M("总体数的类别写错", "a level the survey has not", "weight answers.csv -i mycity --margins level.csv -o w.csv", "survey.invalid",
      "level.csv", "table,level,total\nsex,男性,500\nsex,女,500\n"),
    M("总体数少一类", "a level without a total", "weight answers.csv -i mycity --margins half.csv -o w.csv", "weighting.level",
      "half.csv", "table,level,total\nsex,男,1000\n"),
    M("总体数模板没有调查", "a form of totals for no survey", "margins template -o m.xlsx", "cli.usage"),
    M("总体数模板不是工作簿", "a form of totals that is no workbook", "margins template -i mycity -o m.csv", "cli.usage"),
    # results
    M("结果写成不支持的格式", "an ending nothing is written in", "score answers.csv -i mycity -o scores.docx", "io.write"),
    M("结果覆盖原始数据", "the result over its own data", "score answers.csv -i mycity -o answers.csv", "io.write"),
    M("结果写到文件夹上", "a folder as the result", "score answers.csv -i mycity -o mycity", "io.write"),
    M("格式与扩展名不一致", "a form against the ending", "score answers.csv -i mycity --format sav -o s.csv", "cli.usage"),
    # waves, projection, report, plan
    M("预测没有数据", "a projection of nothing", "project", "usage"),
    M("一个波次给了两个文件", "two files of one wave", "project 2026=answers.csv 2026=again.csv -i mycity", "trend.waves", "again.csv", answers()),
    M("目标写法不对", "a goal nobody can read", "project answers.csv -i mycity --goal 百分之十二", "cli.usage"),
    M("序列名写错", "a misspelt series", "project --series nationl", "reference.unknown"),
    M("比较没有说明比什么", "a comparison of nothing", "compare answers.csv again.csv -i mycity", "usage"),
    M("同一波次相比较", "a wave compared with itself", "compare answers.csv again.csv -i mycity --share literate", "trend.waves"),
    M("报告没有文件", "a report without files", "report 2026", "report.input"),
    M("报告的年份早于数据", "a report of a year before the data", "report 2020 answers.csv -i mycity", "report.input"),
    M("报表里的指标写错", "an indicator the plan has not", "plan status --returns returns.csv", "plan.input", "returns.csv",
      "year,indicator,value,unit,source,note\n2025,venue,7,座,made up,\n"),
    # the survey
    M("新建调查的文件夹已存在", "a new survey over another", "survey new mycity", "survey.invalid"),
    M("同时指定两个来源", "two things to start from", "survey new other --from answers.csv --like erenhot", "cli.usage"),
    M("转换时目标已存在", "a conversion over a file", "survey convert mycity -o nothing", "io.write"),
    M("导出的种类不明", "an export of no kind", "survey export mycity -o form.txt2", "io.write"),
    M("调查名写错（查看）", "a misspelt survey to show", "survey show mycit", "survey.unknown"),
    # the command line
    M("命令写错", "a misspelt command", "scor answers.csv", "usage"),
    M("选项写错", "a misspelt option", "score answers.csv --servey mycity", "usage"),
    M("忘了写文件", "no file", "score", "usage"),
    M("数字写成文字", "a word for a number", "weight answers.csv --margins 2026 --max-ratio 五 -o w.csv", "usage"),
    M("标准输入没有内容", "nothing on standard input", "compare - - --share literate", "io.empty"),
    M("界限写法不对", "a limit that does not exist", "check answers.csv -i mycity --limit sped=1", "cli.usage"),
    # before the field
    M("样本量没有精度", "a sample without a precision", "sample size --share 0.12", "estimate.option"),
    M("抽样框缺少列", "a frame without its columns", "sample select frame.csv -n 3 --seed 1 -o s.csv", "estimate.option", "frame.csv",
      "a,b\n1,2\n3,4\n"),
    M("访问日志缺少列", "a visit log without its columns", "field status log.csv --sample answers.csv", "field.visits", "log.csv",
      "a,b\n1,2\n"),
)  # fmt: skip


@contextmanager
def office() -> Iterator[Path]:
    """A folder with a survey of an office's own, and the files of all mistakes."""
    before = Path.cwd()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            done = CliRunner().invoke(main, ["survey", "new", "mycity", "--year", "2026"])
            assert done.exit_code == 0, done.stderr
            for mistake in MISTAKES:
                if mistake.file:
                    place = Path(mistake.file)
                    place.parent.mkdir(exist_ok=True)
                    content = mistake.content
                    place.write_bytes(content if isinstance(content, bytes) else content.encode())
            made = CliRunner().invoke(main, ["score", "answers.csv", "-i", "mycity", "-o", "scored.csv"])
            assert made.exit_code == 0, made.stderr
            yield Path(folder)
        finally:
            os.chdir(before)


def tell(mistake: Mistake, lang: str) -> tuple[int, str]:
    """Exit code, and what is said."""
    with speak(lang):
        done = CliRunner().invoke(main, mistake.command.split(), prog_name="literacy")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stderr


def message(said: str) -> str:
    """The part that speaks of the mistake, as a page shows it."""
    start = re.search(r"^(error|错误|Error: |错误：)", said, re.MULTILINE)
    return said[start.start() :].rstrip() if start else said.rstrip()


HEADS = {
    "en": ("Common mistakes and the program's answers", "[中文](mistakes.zh.md)",
           "Each mistake was made on purpose; below is the answer of the program. The code in brackets identifies the kind of error."),
    "zh": ("常见错误与程序的提示", "[English](mistakes.md)",
           "每个错误都是有意制造的；下面是程序的提示。方括号中是错误代码。"),
}  # fmt: skip


def entry(mistake: Mistake, lang: str, code: int, said: str) -> str:
    """What the page of a language says about one mistake, given the exit code and what is said."""
    shown = message(said) if code else "\n".join(said.splitlines()[:8])
    title = mistake.zh if lang == "zh" else mistake.en[0].upper() + mistake.en[1:]
    heading = f"## {MISTAKES.index(mistake) + 1}. {title}"
    return f"{heading}\n\n```console\nliteracy {mistake.command}\n```\n\n```text\n{shown}\n```"


def page(lang: str) -> str:
    """The page of all mistakes."""
    title, other, lead = HEADS[lang]
    entries = (entry(mistake, lang, *tell(mistake, lang)) for mistake in MISTAKES)
    return "\n\n".join((f"# {title}", other, lead, *entries)) + "\n"


if __name__ == "__main__":
    with office():
        pages = {"mistakes.md": page("en"), "mistakes.zh.md": page("zh")}
    for name, text in pages.items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
