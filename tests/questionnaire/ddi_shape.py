"""What DDI-Codebook 2.5 asks of the elements we write: children in order, attributes, identifiers, references.

Beside the schema itself, which the tests validate against: what it cannot say, as references that must be met, and
where a document fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

NS = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

# children with + (once or more), * (any number), ? (at most once) or nothing (exactly once); (a|b)+ is any mixture
CHILDREN: dict[str, str] = {
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "docDscr": "citation? guide* docStatus* docSrc* controlledVocabUsed* notes*",
    "citation": "titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes*",
    "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "prodStmt": "producer* copyright* prodDate* prodPlac* software* fundAg* grantNo*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly* anlyUnit* universe* dataKind*",
    "method": "dataColl* notes* anlyInfo? stdyClas* dataProcessing* codingInstructions*",
    "dataColl": "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* targetSampleSize* "
    "deviat* collMode* resInstru* instrumentDevelopment* sources? collSitu* actMin* ConOps* weight* cleanOps*",
    "othrStdyMat": "relMat* relStdy* relPubl* othRefs*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileTxt": "fileName* fileCitation? dataFingerprint* fileCont? fileStrc? dimensns? fileType* format* filePlac* "
    "dataChck* ProcStat? dataMsng? software* verStmt?",
    "fileStrc": "recGrp* notes*",
    "dimensns": "caseQnty* varQnty* logRecL* recPrCas* recNumTot*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "varGrp": "labl* txt* concept* defntn? universe? notes*",
    "var": "location* labl* imputation* security* embargo* respUnit* anlysUnit* qstn* valrng* invalrng* undocCod* "
    "universe* TotlResp* sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
    "varFormat? geoMap* catLevel* notes*",
    "qstn": "(preQTxt|qstnLit|postQTxt|forward|backward|ivuInstr)*",
    "valrng": "(item|range)+ key* notes*",
    "invalrng": "(item|range)+ key* notes*",
    "catgry": "catValu? labl* txt* catStat* mrow?",
    "item": "",
    "range": "",
}
_TEXTS = (
    "titl parTitl IDNo software notes abstract collDate geogCover anlyUnit universe dataKind sampProc collMode "
    "resInstru weight relMat fileName fileCont caseQnty dataMsng labl security qstnLit ivuInstr catValu txt varFormat"
)
TEXTS = frozenset(_TEXTS.split())
_NAME = r"[A-Za-z_][A-Za-z0-9._-]*"
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
IDENTIFIER, REFERENCES = re.compile(_NAME), re.compile(rf"{_NAME}( {_NAME})*")
# by element (* = any): attribute -> what its value must match
ATTRIBUTES: dict[str, dict[str, str]] = {
    "*": {"ID": _NAME, LANG: "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"},
    "codeBook": {"version": r"2\.5", LOCATION: r"ddi:codebook:2_5 \S+"},
    "abstract": {"contentType": "abstract|purpose|mixed"},
    "collDate": {"date": _DATE, "event": "start|end|single", "cycle": r"[\s\S]+"},
    "notes": {"type": r"[\s\S]+", "subject": r"[\s\S]+", "level": r"[\s\S]+"},
    "universe": {"level": r"\S+"},
    "labl": {"level": r"\S+"},
    "fileStrc": {"type": "rectangular|hierarchical|relational|nested|other"},
    "varGrp": {
        "type": "section|multipleResp|grid|display|repetition|subject|version|iteration|analysis|pragmatic|record|file|"
        "randomized|other",
        "name": r"[\s\S]+",
        "var": REFERENCES.pattern,
        "varGrp": REFERENCES.pattern,
    },
    "var": {
        "name": r"[\s\S]+",
        "wgt": "wgt|not-wgt",
        "files": REFERENCES.pattern,
        "dcml": r"\d+",
        "intrvl": "contin|discrete",
        "measUnit": r"[\s\S]+",
        "nature": "nominal|ordinal|interval|ratio|percent|other",
        "representationType": "text|numeric|code|datetime|other",
    },
    "qstn": {
        "qstn": _NAME,
        "var": REFERENCES.pattern,
        "seqNo": r"\d+",
        "responseDomainType": "text|numeric|code|category|datetime|geographic|multiple|other",
    },
    "item": {"UNITS": "INT|REAL", "VALUE": r"[\s\S]+"},
    "range": {"UNITS": "INT|REAL", "min": r"-?[\d.e+]+", "max": r"-?[\d.e+]+"},
    "catgry": {"missing": "Y|N", "missType": r"\S+"},
    "varFormat": {"type": "character|numeric"},
}
REQUIRED = {"var": {"name"}, "item": {"VALUE"}}
POINTING = {("var", "files"), ("varGrp", "var"), ("varGrp", "varGrp"), ("qstn", "qstn"), ("qstn", "var")}


@dataclass(frozen=True)
class Fault:
    """Where a document departs from the standard, and how."""

    element: str
    what: str


def faults(root: Element) -> list[Fault]:
    """All departures of a document from the shape above; empty for a good one."""
    found = [] if root.tag == f"{NS}codeBook" else [Fault(root.tag, "is no codeBook")]
    for element in root.iter():
        found += _shape(element)
        found += _attributes(element)
    return found + list(_references(root))


def _short(element: Element) -> str:
    return element.tag.removeprefix(NS)


def _shape(element: Element) -> Iterator[Fault]:
    name = _short(element)
    children = "".join(f"{_short(c)} " for c in element)
    if name in TEXTS:
        if children:
            yield Fault(name, f"holds {children}")
        if not (element.text or "").strip() and name != "varFormat":
            yield Fault(name, "is empty")
    elif name not in CHILDREN:
        yield Fault(name, "is unknown")
    else:
        if not re.fullmatch(_pattern(CHILDREN[name]), children):
            yield Fault(name, f"its children are {children}")
        if (element.text or "").strip():
            yield Fault(name, f"holds the text {element.text!r}")
    if (element.tail or "").strip():
        yield Fault(name, "is followed by text")


def _pattern(model: str) -> str:
    parts = []
    for part in model.split():
        names, often = re.fullmatch(r"\(?([\w|]+)\)?([*+?]?)", part).groups()  # type: ignore[union-attr]
        parts.append(f"(?:(?:{names}) ){often}")
    return "".join(parts)


def _attributes(element: Element) -> Iterator[Fault]:
    name = _short(element)
    known = ATTRIBUTES["*"] | ATTRIBUTES.get(name, {})
    for key, value in element.attrib.items():
        if key not in known:
            yield Fault(name, f"has an attribute {key}")
        elif not re.fullmatch(known[key], value):
            yield Fault(name, f"{key} is {value!r}")
    for key in REQUIRED.get(name, set()) - set(element.attrib):
        yield Fault(name, f"lacks {key}")


def _references(root: Element) -> Iterator[Fault]:
    names = [e.attrib["ID"] for e in root.iter() if "ID" in e.attrib]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Fault(name, "is the ID of several elements")
    for element in root.iter():
        for key, value in element.attrib.items():
            if (_short(element), key) in POINTING:
                for name in set(value.split()) - set(names):
                    yield Fault(_short(element), f"{key} points to {name}, which is not there")
