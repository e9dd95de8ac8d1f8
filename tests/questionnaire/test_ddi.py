"""DDI-Codebook 2.5: the shape the standard asks for, everything of the instrument, nothing about the key."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring

import pytest

from literacy.instrument import Instrument, Label, Option, load_instrument
from literacy.questionnaire import encode_ddi, make_outline
from tests.conftest import ROOT
from tests.questionnaire.conftest import SURVEYS, with_other_keys, without_keys
from tests.questionnaire.ddi_shape import LANG, NS, faults

FORMS = [
    (survey, wave) for survey in SURVEYS for wave in ("", *(w.name for w in load_instrument(survey).waves))
]


def tree(instrument: Instrument, wave: str = "", lang: str = "zh") -> Element:
    return fromstring(encode_ddi(instrument, wave, lang=lang))


def told(element: Element, tag: str) -> dict[str, str]:
    """Texts of the children of one name by language."""
    return {e.attrib[LANG]: e.text or "" for e in element.findall(f"{NS}{tag}")}


def variables(root: Element) -> dict[str, Element]:
    found = root.findall(f"{NS}dataDscr/{NS}var")
    by_name = {v.attrib["name"]: v for v in found}
    assert len(by_name) == len(found), "a name comes once"
    return by_name


@pytest.mark.parametrize(("survey", "wave"), FORMS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shape_is_the_standards(survey: str, wave: str, lang: str) -> None:
    assert faults(tree(load_instrument(survey), wave, lang)) == []


SCHEMA = ROOT / "tests" / "reference" / "ddi" / "ddi-codebook-2.5" / "codebook.xsd"


@pytest.fixture(scope="module")
def schema() -> Any:
    from lxml import etree

    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _parse(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data)


@pytest.mark.parametrize(("survey", "wave"), FORMS)
def test_valid_against_the_schema_of_the_alliance(survey: str, wave: str, schema: Any) -> None:
    for lang in ("zh", "en"):
        data = encode_ddi(load_instrument(survey), wave, lang=lang)
        assert schema.validate(_parse(data)), schema.error_log
        broken = data.replace(b"<qstnLit", b"<qstnLite").replace(b"</qstnLit", b"</qstnLite")
        assert not schema.validate(_parse(broken)), "a schema that takes anything shows nothing"


def _move_label(root: Element) -> None:
    variable = variables(root)["age"]
    label = variable[0]
    variable.remove(label)
    variable.append(label)


def _drop_title(root: Element) -> None:
    statement = root.find(f"{NS}stdyDscr/{NS}citation/{NS}titlStmt")
    assert statement is not None
    statement.remove(statement[0])


def _same_id(root: Element) -> None:
    first, second, *_ = root.findall(f"{NS}dataDscr/{NS}var")
    second.set("ID", first.attrib["ID"])


def _lose_variable(root: Element) -> None:
    data = root.find(f"{NS}dataDscr")
    assert data is not None
    data.remove(next(v for v in data if v.get("name") == "sex"))


def _set(tag: str, key: str, value: str) -> Callable[[Element], None]:
    def act(root: Element) -> None:
        next(root.iter(f"{NS}{tag}")).set(key, value)

    return act


@pytest.mark.parametrize(
    ("harm", "element"),
    [
        (_move_label, "var"),
        (_drop_title, "titlStmt"),
        (_same_id, "D_id"),
        (_lose_variable, "varGrp"),
        (_set("catgry", "missing", "yes"), "catgry"),
        (_set("var", "key", "1"), "var"),
        (_set("var", "ID", "1a"), "var"),
        (_set("collDate", "date", "10.5.2021"), "collDate"),
        (lambda root: SubElement(root, f"{NS}stdyDscr"), "codeBook"),
        (lambda root: next(root.iter(f"{NS}catgry")).__setattr__("text", "x"), "catgry"),
        (lambda root: next(root.iter(f"{NS}item")).attrib.pop("VALUE"), "item"),
    ],
)
def test_the_check_of_the_shape_can_fail(
    harm: Callable[[Element], object], element: str, erenhot: Instrument
) -> None:
    root = tree(erenhot)
    harm(root)
    assert element in {f.element for f in faults(root)}


@pytest.mark.parametrize("survey", SURVEYS)
def test_every_question_with_texts_options_and_kinds_of_missing(survey: str) -> None:
    instrument = load_instrument(survey)
    found = variables(tree(instrument, lang="en"))
    for question in make_outline(instrument).questions:
        item = question.item
        names = [f"{item.name}_{o.code}" for o in item.answers] if item.type == "multiple" else [item.name]
        for name in names:
            variable = found.pop(name)
            asked = variable.find(f"{NS}qstn")
            assert asked is not None and asked.attrib["seqNo"] == str(question.number)
            both = {"en": item.label.en, "zh": item.label.zh}
            if item.label.en == item.label.zh:  # a survey in Chinese alone
                both.pop("en")
            assert told(asked, "qstnLit") == both
            categories = variable.findall(f"{NS}catgry")
            codes = [c.findtext(f"{NS}catValu") for c in categories]
            if item.type == "multiple":
                assert codes == ["0", "1"]
                continue
            assert codes == [str(o.code) for o in item.options]
            assert [c.get("missType", "") for c in categories] == [o.missing for o in item.options]
            assert [c.get("missing", "N") for c in categories] == [
                "NY"[bool(o.missing)] for o in item.options
            ]
            labels = [told(c, "labl") for c in categories]
            assert [one.get("en", one.get("zh")) for one in labels] == [o.label.en for o in item.options]
            invalid = [i.attrib["VALUE"] for i in variable.findall(f"{NS}invalrng/{NS}item")]
            assert invalid == [str(c) for c in item.missing_codes]
    assert all(v.attrib["ID"].startswith("D_") for v in found.values()), "the rest is the design"


def test_bounds_conditions_and_columns_of_the_files(erenhot: Instrument) -> None:
    found = variables(tree(erenhot, lang="en"))
    bounds = found["age"].find(f"{NS}valrng/{NS}range")
    assert bounds is not None and bounds.attrib == {"UNITS": "INT", "min": "14", "max": "99"}
    assert told(found["school_grade"], "universe") == {"en": '"Age" is 14 to 17', "zh": "“年龄”为 14—17"}
    assert found["school_grade"].attrib["files"] == "F_2025"
    assert found["base_weight"].attrib["wgt"] == "wgt"
    notes = found["occupation"].findall(f"{NS}notes")
    assert [n.text for n in notes if n.get("type") == "column"] == ["2021: A4; 2023: job"]


def test_what_is_known_of_the_study(erenhot: Instrument) -> None:
    root = tree(erenhot, "2025", "en")
    title = root.find(f"{NS}stdyDscr/{NS}citation/{NS}titlStmt")
    assert title is not None
    assert told(title, "titl") == {"en": f"{erenhot.label.en}, 2025"}
    assert told(title, "parTitl") == {"zh": f"{erenhot.label.zh}（2025）"}
    info = root.find(f"{NS}stdyDscr/{NS}stdyInfo")
    assert info is not None
    assert erenhot.note is not None and told(info, "abstract")["zh"] == erenhot.note.zh
    kinds = [n.get("type") for n in info.findall(f"{NS}notes")]
    assert kinds == ["demonstration"] * 2 + ["synthetic"] * 2 + ["group"] * 2 * len(erenhot.groups)
    days = [(d.get("event"), d.get("date"), d.get("cycle")) for d in info.iter(f"{NS}collDate")]
    assert days == [("start", "2025-05-06", "2025"), ("end", "2025-07-11", "2025")]
    assert [f.attrib["ID"] for f in root.findall(f"{NS}fileDscr")] == ["F_2025"]
    assert root.findtext(f".//{NS}caseQnty") == "1380"
    assert "health_label" not in variables(root), "not asked in 2025"


def test_a_real_wave_is_not_called_synthetic(erenhot: Instrument) -> None:
    waves = tuple(replace(w, synthetic=False, note=None) for w in erenhot.waves)
    data = encode_ddi(replace(erenhot, waves=waves, demonstration=False, note=None), lang="en").decode()
    assert "ynthetic" not in data and 'type="demonstration"' not in data
    assert "ynthetic" in encode_ddi(erenhot, lang="en").decode(), "or the search shows nothing"


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_neither_key_nor_scoring_is_in_it(survey: str, lang: str) -> None:
    instrument = load_instrument(survey)
    one = encode_ddi(instrument, lang=lang)
    assert one == encode_ddi(without_keys(instrument), lang=lang)
    assert one == encode_ddi(with_other_keys(instrument), lang=lang)


def test_hostile_texts_stay_texts(erenhot: Instrument, schema: Any) -> None:
    nasty = "<script>alert('1')</script> & \"quoted\" ]]> \x00\x0b\ud800 \ufffe"
    first, *rest = erenhot.items
    label = Label(nasty, "x" * 5000, (("mn", "ᠨᠠᠰᠤ"), ("zh_TW", "年齡"), ("??", "?")))
    options = (Option("a b", Label(nasty, nasty)), Option(-1.5, Label("一", "one"), "refused"))
    told_of = replace(first, label=label, short=None, type="single", options=options, unit=nasty, note=label)
    odd = replace(erenhot, items=(told_of, *rest), label=label, sources=(nasty,), survey=nasty)
    data = encode_ddi(odd, lang="zh")
    root = fromstring(data)
    assert faults(root) == [] and schema.validate(_parse(data)), schema.error_log
    clean = re.sub("[\x00\x0b\ud800\ufffe]", "\ufffd", nasty)
    variable = variables(root)["age"]
    asked = variable.find(f"{NS}qstn")
    assert asked is not None
    assert told(asked, "qstnLit") == {
        "zh": clean,
        "en": "x" * 5000,
        "mn": "ᠨᠠᠰᠤ",
        "zh-TW": "年齡",
        "und": "?",
    }
    assert b"<script" not in data
    assert variable.findtext(f"{NS}catgry/{NS}catValu") == "a b"
    assert variable.find(f"{NS}valrng") is None, "codes that are texts are in the categories alone"
