"""The form to print: everything asked, in order, in the right typefaces, with page numbers and without the key."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest

from literacy.instrument import Instrument, Label, load_instrument
from literacy.questionnaire import encode_word, make_outline
from literacy.questionnaire.form_outline import OFFERED
from literacy.questionnaire.paper import BOX, _chinese
from tests.questionnaire.conftest import SURVEYS, without_keys

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def lines(data: bytes) -> list[str]:
    """Every paragraph and table row in the order of the page."""
    import docx

    told: list[str] = []
    for part in docx.Document(io.BytesIO(data)).iter_inner_content():
        if hasattr(part, "rows"):
            told += ["\t".join(c.text for c in row.cells) for row in part.rows]
        else:
            told.append(part.text)
    return told


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_question_with_its_options_in_order(survey: str, lang: str) -> None:
    instrument = load_instrument(survey)
    told = lines(encode_word(instrument, lang=lang))
    assert told[0] == instrument.label.get(lang)
    numbered = [line for line in told if re.match(r"\d+\.\t", line)]
    assert len(numbered) == len(instrument.items)
    places = []
    for number, item in enumerate(instrument.items, start=1):
        line = numbered[number - 1]
        assert line.startswith(f"{number}.\t{item.label.get(lang)}"), item.name
        places.append(told.index(line))
        rest = told[places[-1] + 1 :]
        own = "\n".join(rest[: next((k for k, t in enumerate(rest) if re.match(r"\d+\.\t", t)), len(rest))])
        shown = [o for o in item.options if o.missing in OFFERED]
        if line.count(BOX):  # a row of a table
            assert line.count(BOX) == len(shown)
            head = next(t for t in reversed(told[: places[-1]]) if not re.match(r"\d+\.\t", t)).split("\t")[
                2:
            ]
            assert head == [f"{o.label.get(lang)}\n{o.code}" for o in shown]
        else:
            assert own.count(BOX) == len(shown)
            for option in shown:
                assert f"{BOX} {option.code} {option.label.get(lang)}" in own
    assert places == sorted(places)


def test_who_is_asked_and_where_others_go_on(erenhot: Instrument) -> None:
    told = lines(encode_word(erenhot))
    numbers = make_outline(erenhot).numbers
    assert told[told.index("8.\t你现在读几年级？") - 1] == (
        "只问符合以下条件的人：第 1 题“年龄”为 14—17。其他人请跳到第 9 题。"
    )
    after = numbers["decision_evidence"]
    elderly = f"只问符合以下条件的人：第 1 题“年龄”为 60 及以上。其他人请跳到第 {after} 题。"
    assert told.count(elderly) == 2, "the two modules for the elderly"
    officials = next(t for t in told if "领导干部、公务员”" in t)
    assert officials.endswith("其他人到此结束。") and "第 4 题“职业”选" in officials
    english = lines(encode_word(erenhot, lang="en"))
    assert "Ask only if question 1 (Age) is 14 to 17. All others go to question 9." in english


def test_all_others_go_on_after_every_module_with_the_same_condition(erenhot: Instrument) -> None:
    outline = make_outline(erenhot)
    question = next(q for q in outline.questions if q.item.name == "digital_phone")
    after = outline.following(question)
    assert after is not None and after.item.name == "decision_evidence"


@pytest.mark.parametrize("survey", SURVEYS)
def test_the_key_is_not_in_it(survey: str) -> None:
    instrument = load_instrument(survey)
    for lang in ("zh", "en"):
        assert encode_word(instrument, lang=lang) == encode_word(without_keys(instrument), lang=lang)


def test_typefaces_pages_and_properties(erenhot: Instrument) -> None:
    import docx

    data = encode_word(erenhot, 2025)
    document = docx.Document(io.BytesIO(data))
    for name, face in (("Normal", "宋体"), ("Title", "黑体"), ("Heading 1", "黑体")):
        fonts = document.styles[name].element.rPr.find(f"{W}rFonts")
        assert fonts.get(f"{W}eastAsia") == face and fonts.get(f"{W}asciiTheme") is None
    footer = document.sections[0].footer.paragraphs[0]
    assert footer.text == "第 1 页，共 1 页"
    fields = [i.text.strip() for i in footer._p.iter(f"{W}instrText")]
    assert fields == ["PAGE", "NUMPAGES"]
    assert document.sections[0].header.paragraphs[0].text == "二连浩特市公民科学素质调查（示范问卷）（2025）"
    properties = document.core_properties
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")
    assert properties.created is not None and properties.created.year == 2000
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {e.date_time for e in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.testzip() is None and parts.namelist()[0] == "[Content_Types].xml"


def test_head_rows_come_again_and_rows_stay_whole(erenhot: Instrument) -> None:
    import docx

    document = docx.Document(io.BytesIO(encode_word(erenhot)))
    assert len(document.tables) >= 6
    for table in document.tables:
        marks = [{c.tag.removeprefix(W) for c in row._tr.trPr} for row in table.rows]
        assert "tblHeader" in marks[0] and all("cantSplit" in m for m in marks)
        assert all("tblHeader" not in m for m in marks[1:])
        widths = [sum(c.width.cm for c in row.cells) for row in table.rows]
        assert all(abs(w - 16.6) < 0.05 for w in widths)


def test_a_demonstration_says_so_and_nothing_else_is_said_of_the_survey(erenhot: Instrument) -> None:
    assert erenhot.note is not None
    assert erenhot.note.zh in lines(encode_word(erenhot))
    official = replace(erenhot, demonstration=False)
    assert erenhot.note.zh not in lines(encode_word(official))


def test_texts_and_numbers_have_room_to_write(erenhot: Instrument) -> None:
    text = replace(
        erenhot.item("sex"), name="remark", type="text", options=(), label=Label("还有什么要说的？", "Else?")
    )
    told = lines(encode_word(replace(erenhot, items=(erenhot.items[0], text))))
    assert told[-1] == "＿" * 36
    assert next(t for t in told if "拒答" in t) == f"{'＿' * 5}　　{BOX} 999 拒答"


def test_heads_of_tables_break_between_words_only(erenhot: Instrument) -> None:
    import docx

    document = docx.Document(io.BytesIO(encode_word(erenhot, lang="en")))
    for table in document.tables:
        head = table.rows[0].cells
        for cell in head[2:]:
            longest = max(len(word) for word in cell.text.split())
            assert cell.width.cm >= 0.15 * longest + 0.38, cell.text  # 9 point Times, and the cell's margins
        assert head[1].width.cm >= 4.1


def test_chinese_figures() -> None:
    assert [_chinese(n) for n in (1, 9, 10, 11, 19, 20, 21, 30, 99, 100)] == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "三十", "九十九", "100",
    ]  # fmt: skip


def test_mongolian_in_its_own_script_stands_in_vertical_lines(erenhot: Instrument) -> None:
    """A placeholder, not a translation: the texts are the office's."""
    import io
    import zipfile
    from dataclasses import replace

    first, *others = erenhot.items
    told = replace(first, label=replace(first.label, others=(("mn", "ᠮᠣᠩᠭᠣᠯ"),)))
    survey = replace(erenhot, items=(told, *others), languages=("zh", "en", "mn"))
    with zipfile.ZipFile(io.BytesIO(encode_word(survey, lang="mn"))) as book:
        body, styles = (book.read(f"word/{n}.xml").decode() for n in ("document", "styles"))
    assert 'w:textDirection w:val="tbLrV"' in body and "ᠮᠣᠩᠭᠣᠯ" in body
    assert 'w:ascii="Mongolian Baiti"' in styles and 'w:val="mn-Mong-CN"' in styles
    assert (
        "textDirection"
        not in zipfile.ZipFile(io.BytesIO(encode_word(erenhot))).read("word/document.xml").decode()
    )
