"""XLSForms: pyxform makes forms of them, and what comes back from Kobo is the data that went in."""

from __future__ import annotations

import io
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.answers import Responses, match_file, read
from literacy.errors import LiteracyError
from literacy.instrument import KINDS, Condition, Instrument, Label, Option, holds, load_instrument
from literacy.instrument.conditions import add_recodes
from literacy.questionnaire import encode_xlsform, make_outline
from literacy.questionnaire.xlsform import make_sheets, relevance
from tests.questionnaire.conftest import SURVEYS, without_keys

XF = {"f": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}


def xform(data: bytes) -> tuple[ET.Element, list[str]]:
    """The form pyxform makes of a workbook, and its warnings; ODK Validate looks at it where there is Java."""
    from pyxform.xls2xform import convert

    done = convert(io.BytesIO(data), validate=shutil.which("java") is not None, file_type=".xlsx")
    return ET.fromstring(done.xform), done.warnings


def fields(form: ET.Element) -> dict[str, list[str]]:
    """Path of every question (as Kobo heads its column) -> the values it can hold ([] = anything)."""
    instances = {
        i.get("id"): [n.text or "" for n in i.iterfind(".//f:name", XF)]
        for i in form.iterfind(".//f:model/f:instance[@id]", XF)
    }
    found = {}
    for tag in ("input", "select", "select1"):
        for control in form.iterfind(f".//h:body//f:{tag}", XF):
            path = control.get("ref", "").removeprefix("/data/")
            source = control.find("f:itemset", XF)
            values = instances[source.get("nodeset", "").split("'")[1]] if source is not None else []
            found[path] = values or [o.text or "" for o in control.iterfind("f:item/f:value", XF)]
    return found


@pytest.mark.parametrize("survey", SURVEYS)
def test_pyxform_takes_it(survey: str) -> None:
    instrument = load_instrument(survey)
    form, warnings = xform(encode_xlsform(instrument))
    assert warnings == []
    asked = {path.split("/")[-1] for path in fields(form)} - {"introduction"}
    assert asked == {i.name for i in instrument.items}
    languages = {t.get("lang") for t in form.iterfind(".//f:itext/f:translation", XF)}
    tongues = {"zh": "中文 (zh)", "en": "English (en)"}
    assert languages == {tongues[code] for code in instrument.languages or tongues}


def test_a_kobo_export_of_the_form_reads_as_the_data_that_went_in(truth: Responses, tmp_path: Path) -> None:
    form, _ = xform(encode_xlsform(truth.instrument, 2025))
    paths = {path.split("/")[-1]: (path, values) for path, values in fields(form).items()}
    columns: dict[str, object] = {}
    for item in truth.instrument.items:
        if item.name in truth.wave.absent:
            assert item.name not in paths
            continue
        path, values = paths[item.name]
        kinds = np.asarray(KINDS, dtype=object)[truth.missing[item.name].to_numpy()]
        codes = {kind: str(code) for code, kind in item.missing_codes.items()}
        cells = []
        for value, kind in zip(truth.frame[item.name].astype(object), kinds, strict=True):
            cell = codes.get(kind, "") if kind != "valid" else str(value).replace("|", " ")
            assert not values or set(cell.split()) <= set(values), f"{item.name} cannot be answered {cell!r}"
            cells.append(cell)
        columns[path] = cells
        if item.type == "multiple":
            for value in values:
                columns[f"{path}/{value}"] = ["" if not c else int(value in c.split()) for c in cells]
    n = len(truth.frame)
    for name in ("id", "wave", "stratum", "psu", "fpc_psu", "fpc_person", "base_weight"):
        columns[name] = truth.frame[name].to_numpy()
    columns |= {"_id": np.arange(n), "_uuid": [f"u{k}" for k in range(n)], "__version__": ["v1"] * n}
    file = tmp_path / "kobo.csv"
    pd.DataFrame(columns).to_csv(file, index=False, encoding="utf-8")
    back = read(file, truth.instrument)
    for item in truth.instrument.items:
        assert list(back.missing[item.name]) == list(truth.missing[item.name]), item.name
        mine = truth.frame[item.name].astype(object)
        assert [str(v) for v in back.frame[item.name]] == [str(v) for v in mine], item.name


@pytest.mark.parametrize("survey", SURVEYS)
def test_every_question_is_found_again(survey: str, tmp_path: Path) -> None:
    instrument = load_instrument(survey)
    form, _ = xform(encode_xlsform(instrument))
    row = {path: (values or ["20"])[0] for path, values in fields(form).items() if "introduction" not in path}
    file = tmp_path / "kobo.csv"
    pd.DataFrame([row | {"_id": 1, "_uuid": "u", "__version__": "v"}]).to_csv(file, index=False)
    wave = None if not instrument.waves else replace(instrument.waves[0], absent=())
    met = match_file(file, instrument, wave)
    assert set(met.places) == {i.name for i in instrument.items}
    assert {p.by for p in met.places.values()} == {"name"}


def test_who_is_asked_is_who_the_instrument_says(truth: Responses) -> None:
    """The form's XPath and the instrument's conditions, respondent by respondent."""
    from lxml import etree

    instrument = truth.instrument
    more = [
        (Condition("age_band", values=("18-29", "50-59")),),
        (Condition("education", min=3),),
        (Condition("education", max=2, values=(2, 9)),),
        (Condition("k46", values=(2, 4)),),
        (Condition("age", values=(30, 40)),),
        (Condition("education_three", values=("tertiary",)), Condition("age", max=999)),
    ]
    lists = [i.asked for i in instrument.items if i.asked] + more
    frame = add_recodes(truth.frame, instrument)
    raw = {}
    for name in ("age", "occupation", "education", "k46"):
        codes = {k: c for c, k in instrument.item(name).missing_codes.items()}
        kinds = [KINDS[k] for k in truth.missing[name]]
        raw[name] = [
            codes.get(k, "") if k != "valid" else str(v).replace("|", " ")
            for v, k in zip(frame[name].astype(object), kinds, strict=True)
        ]
    assert 999 in raw["age"], "somebody must have refused, or the test shows less"
    picked = {(None, "selected"): lambda _, nodes, code: code in (nodes[0].text or "").split()}
    for conditions in dict.fromkeys(lists):
        expected = holds(conditions, frame)
        assert 0 < expected.sum() < len(frame), conditions
        path = relevance(instrument, conditions)
        for name in raw:
            path = path.replace(f"${{{name}}}", f"/data/{name}")
        for i, wanted in enumerate(expected):
            root = etree.Element("data")
            for name, cells in raw.items():
                etree.SubElement(root, name).text = str(cells[i])
            found = etree.XPath(f"boolean({path})", extensions=picked)(root)
            assert found == wanted, (path, {n: c[i] for n, c in raw.items()})


@pytest.mark.parametrize("survey", SURVEYS)
def test_the_key_is_not_in_it(survey: str) -> None:
    instrument = load_instrument(survey)
    assert encode_xlsform(instrument) == encode_xlsform(without_keys(instrument))


def test_kinds_that_are_only_for_data_are_not_offered() -> None:
    outline = make_outline(load_instrument("gss-science"))
    offered = {o.missing for q in outline.questions for o in q.options}
    assert offered == {"", "dont_know"}


def test_a_refusal_makes_a_question_required(erenhot: Instrument) -> None:
    header, *rows = make_sheets(make_outline(erenhot))["survey"]
    table = pd.DataFrame(rows, columns=header).set_index("name")
    assert table.loc["k01", "required"] == "yes"
    age = table.loc["age"]
    assert age["type"] == "integer" and age["constraint"] == "(. >= 14 and . <= 99) or . = 999"
    assert (
        "999 表示拒答" in age["hint::中文 (zh)"]
        and "999 = refused" in age["constraint_message::English (en)"]
    )
    header, *rows = make_sheets(make_outline(load_instrument("gss-science")))["survey"]
    assert "required" not in header, "where nobody can refuse, nobody is held up"


def test_further_languages_get_their_columns(erenhot: Instrument) -> None:
    first, *rest = erenhot.items
    told = replace(first, label=replace(first.label, others=(("mn", "ᠨᠠᠰᠤ"),)))
    sheets = make_sheets(make_outline(replace(erenhot, items=(told, *rest))))
    assert "label::Mongolian (mn)" in sheets["survey"][0] and "label::Mongolian (mn)" in sheets["choices"][0]


def test_names_never_clash(erenhot: Instrument) -> None:
    """A module that comes twice, or is called as an item is, gets a name of its own."""
    first, second, third, *_ = erenhot.items
    items = (
        replace(first, name="test", module="test"),
        replace(second, module="test2"),
        replace(third, module="test"),
    )
    odd = replace(erenhot, items=items, recodes=(), groups=(), waves=())
    form, _ = xform(encode_xlsform(odd))
    assert list(fields(form)) == ["introduction", "test_2/test", "test2/sex", "test_3/education"]


def test_a_code_with_a_blank_is_refused(erenhot: Instrument) -> None:
    bad = replace(erenhot.item("sex"), options=(Option("a b", Label("甲", "A")), Option(2, Label("乙", "B"))))
    with pytest.raises(LiteracyError, match="cannot contain a code"):
        encode_xlsform(replace(erenhot, items=(bad,)))


def test_conditions_on_what_the_form_has_not_are_left_out_and_said(
    erenhot: Instrument, tmp_path: Path
) -> None:
    from literacy.questionnaire import export_questionnaire

    only = replace(erenhot, items=tuple(i for i in erenhot.items if i.name in ("sex", "decision_risk")))
    notes = export_questionnaire(only, tmp_path / "a.xlsx")
    assert notes and "decision_risk" in notes[0]
    _, warnings = xform((tmp_path / "a.xlsx").read_bytes())
    assert warnings == []
