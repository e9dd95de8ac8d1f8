"""Columns of a scored table other than the answers: names, labels and derivation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from literacy.answers.description import describe_columns
from literacy.instrument import KINDS, Condition, Instrument, Item, Label, Option, Standard, Wave, WaveDesign
from literacy.questionnaire.form_outline import Outline
from literacy.questionnaire.form_terms import describe_conditions

LOWER, OUTSIDE = "lower", "outside"
"""Names that scoring gives to a score below every cut, and to respondents in no universe."""
_VALUES = {
    LOWER: Label("未达任何等级", "below every tier"),
    OUTSIDE: Label("不在任何总体内", "in no universe"),
}
_MADE = {
    "n_answered": Label("记分题目中作答的题数", "how many of the standard's items have an answer"),
    "n_kind": Label(
        "记分题目中属于该类缺失的题数", "how many of the standard's items are missing in this way"
    ),
    "dimension": Label("该维度的得分", "the points of that dimension"),
    "share": Label("该维度答对的比例", "the share right in that dimension"),
    "count": Label("答对题数，按应答题目折算", "the number right, scaled up where not all items were asked"),
    "tier": Label("总分达到的最高等级", "the highest tier the total reaches"),
    "literate": Label(
        "1 = 达到标准，0 = 未达到，空 = 不能评分",
        "1 where the standard is reached, 0 where it is not, empty where nothing can be scored",
    ),
    "universe": Label("条件成立的第一个总体", "the first universe whose conditions hold"),
    "constant": Label("每一行都相同", "the same in every row"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name and label, values if few, how it is derived, and the role that names it."""

    name: str
    label: Label
    options: tuple[Option, ...] = ()
    made: Label | None = None
    role: str = ""


def standards_shown(outline: Outline) -> tuple[Standard, ...]:
    """Return the standards by which the answers can be scored, the wave's own first."""
    own = outline.wave.standard if outline.wave is not None else ""
    rules = outline.instrument.rules
    names = [own, *(n for n in rules if n != own)] if own in rules else list(rules)
    return tuple(rules[n] for n in names)


def design_columns(outline: Outline) -> tuple[Column, ...]:
    """Return identifier and design columns of the data files, in the order id, weight, strata, psu, fpc."""
    instrument = outline.instrument
    places: dict[str, str] = {instrument.id_column: "id"} if instrument.id_column else {}
    for design in designs(outline):
        for role, names in design_roles(design):
            for name in names:
                places.setdefault(name, role)
    return tuple(Column(name, Label(name, name), role=role) for name, role in places.items())


def designs(outline: Outline) -> tuple[WaveDesign, ...]:
    """Return the design of every wave shown, or the instrument's own if there are no waves."""
    waves = waves_shown(outline)
    return tuple(w.design for w in waves) if waves else (outline.instrument.design,)


def waves_shown(outline: Outline) -> tuple[Wave, ...]:
    """Return the wave for which the form was made, or all waves."""
    if outline.wave is not None:
        return (outline.wave,) if outline.wave.name else ()
    return outline.instrument.waves


def design_roles(design: WaveDesign) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the roles of a design with their columns; empty roles are omitted."""
    roles = (
        ("weight", (design.weight,) if design.weight else ()),
        ("strata", (design.strata,) if design.strata else ()),
        ("psu", design.psu),
        ("fpc", design.fpc),
    )
    return tuple((role, names) for role, names in roles if names)


def split_name(item: Item, option: Option) -> str:
    """Return the name of the 0/1 column of an option of a multiple-choice item in a scored table."""
    return f"{item.name}_{option.code}"


def mark_name(item: Item) -> str:
    """Return the name of the column that records whether a scored item was answered correctly."""
    return f"{item.name}_correct"


def derived_columns(outline: Outline) -> tuple[Column, ...]:
    """Return the columns that scoring adds, in order; marks and split answers are described with their items."""
    instrument = outline.instrument
    standards = standards_shown(outline)
    made = {r.name: _recoded(outline, r.name) for r in instrument.recodes}
    made["universe"] = _MADE["universe"]
    made |= {f"group_{g.name}": _grouped(outline, g.any_of) for g in instrument.groups}
    made["n_answered"] = _MADE["n_answered"]
    made |= {f"n_{kind}": _MADE["n_kind"] for kind in KINDS[1:]}
    for standard in standards:
        made |= {
            d.name: _of(standard, "share" if standard.rule == "joint" else "dimension")
            for d in standard.dimensions
        }
    made["total"] = _totals(standards)
    if any(s.tiers for s in standards):
        made["tier"] = _MADE["tier"]
    made["literate"] = _MADE["literate"]
    made |= dict.fromkeys(("survey", "wave", "standard"), _MADE["constant"])
    described = describe_columns(pd.DataFrame(columns=list(made)), instrument)
    values = {"tier": _tiers(standards), "universe": _universes(instrument)}
    return tuple(
        Column(
            name,
            described.labels.get(name, Label(name, name)),
            values.get(name) or tuple(described.options.get(name, ())),
            text,
        )
        for name, text in made.items()
    )


def _tiers(standards: Sequence[Standard]) -> tuple[Option, ...]:
    found = {LOWER: _VALUES[LOWER]}
    for standard in standards:
        for tier in standard.tiers:
            found.setdefault(
                tier.name,
                Label(
                    f"{tier.label.zh}（{tier.cut:g} 分及以上）", f"{tier.label.en} ({tier.cut:g} and over)"
                ),
            )
    return tuple(Option(name, label) for name, label in found.items())


def _universes(instrument: Instrument) -> tuple[Option, ...]:
    named = tuple(Option(u.name, u.label) for u in instrument.universes)
    return (*named, Option(OUTSIDE, _VALUES[OUTSIDE]))


def _of(standard: Standard, what: str) -> Label:
    text = _MADE[what]
    return Label(f"{text.zh}（{standard.label.zh}）", f"{text.en} ({standard.label.en})")


def _totals(standards: Sequence[Standard]) -> Label:
    zh, en = [], []
    for s in standards:
        most = s.score_max
        if s.rule == "count":
            zh.append(f"{s.label.zh}：{_MADE['count'].zh}")
            en.append(f"{s.label.en}: {_MADE['count'].en}")
        else:
            zh.append(f"{s.label.zh}：0—{100 if most is None else most:g}")
            en.append(f"{s.label.en}: 0 to {100 if most is None else most:g}")
    return Label("；".join(zh), "; ".join(en))


def _recoded(outline: Outline, name: str) -> Label:
    recode = outline.instrument.recode(name)
    zh, en = [], []
    for level in recode.levels:
        condition = Condition(recode.column, level.min, level.max, level.values)
        rule = str(condition)
        zh.append(f"{level.code}：{rule}")
        en.append(f"{level.code}: {rule}")
    return Label(f"由 {recode.column} 归并：{'；'.join(zh)}", f"from {recode.column}: {'; '.join(en)}")


def _grouped(outline: Outline, any_of: Sequence[Sequence[Condition]]) -> Label:
    return Label(
        f"1 = {describe_any_of(outline, any_of, 'zh')}；否则为 0",
        f"1 where {describe_any_of(outline, any_of, 'en')}; else 0",
    )


def describe_any_of(outline: Outline, any_of: Sequence[Sequence[Condition]], lang: str) -> str:
    """Describe lists of conditions of which any suffices; no list means everyone."""
    described = [describe_conditions(outline, c, lang, numbered=False) for c in any_of if c]
    if not described:
        return "所有人" if lang == "zh" else "everybody"
    return ("；或者" if lang == "zh" else "; or ").join(described)
