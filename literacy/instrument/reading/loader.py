"""Loaders of surveys, waves, margins and goals."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from literacy._resources import surveys_dir
from literacy.errors import LiteracyError
from literacy.instrument.consistency import check_instrument, levels_of
from literacy.instrument.definitions import KINDS, FrozenMap, Label, Wave, nearest
from literacy.instrument.goals import Goal, read_goals
from literacy.instrument.margins import Margins, check_levels
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.item_tables import read_items, read_options
from literacy.instrument.reading.margin_tables import read_margins, resolve_labels
from literacy.instrument.reading.rule_tables import (
    apply_asking,
    parse_design,
    parse_groups,
    parse_missing,
    parse_modules,
    parse_recodes,
    parse_universes,
)
from literacy.instrument.reading.source_tables import Findings, Table, place_of, read_toml
from literacy.instrument.reading.standard_files import find_standard_file, list_standards, read_standard
from literacy.instrument.reading.survey_locations import HOME, WORKBOOKS, Place, locate_survey
from literacy.instrument.reading.wave_tables import read_wave
from literacy.instrument.standards import Standard
from literacy.instrument.workbooks.sheet_rows import open_tables
from literacy.instrument.workbooks.sheets import find_sheet
from literacy.instrument.workbooks.survey_paths import SurveyPath, children
from literacy.messages import tell

BLANKS = (*KINDS[2:], "by_module")


def load_instrument(survey: Place) -> Instrument:
    """Load a survey's instrument with its items, rules, standards and waves.

    Parameters
    ----------
    survey : str or path
        Name of a packaged survey (:func:`list_surveys`), or the path of a survey's folder or workbook.

    Returns
    -------
    Instrument

    Raises
    ------
    LiteracyError
        ``survey.unknown``; ``survey.invalid`` or ``survey.key``, listing all problems.

    Examples
    --------
    >>> lit.load_instrument("erenhot").survey
    'erenhot'
    """
    folder = locate_survey(survey)
    if isinstance(folder, Path) and folder.parent == surveys_dir():
        files = [p for place in (folder, folder.parent / "standards") for p in sorted(place.rglob("*"))]
        return _load_once(folder, tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))
    return _load(folder)


@lru_cache(maxsize=4)
def _load_once(folder: Path, files: tuple[tuple[str, int, int], ...]) -> Instrument:
    """Load a packaged survey; cached, since every data file is matched against it, until its files change."""
    return _load(folder)


def _load(folder: SurveyPath) -> Instrument:
    findings = Findings()
    instrument = read_instrument(folder, findings)
    findings.refuse()
    assert instrument is not None  # a folder without a result has produced a finding
    return instrument


def load_wave(path: Place, survey: Place | Instrument | None = None) -> tuple[Instrument, Wave]:
    """Load a wave file of the user's own: the columns of a data file by item, and the design columns.

    Parameters
    ----------
    path : str or path
        A file like ``surveys/erenhot/waves/2025.toml``; ``literacy survey match FILE -o wave.toml`` writes one.
    survey : str, path or Instrument, optional
        The survey; default is the one named in the file under ``survey``.

    Returns
    -------
    (Instrument, Wave)

    Raises
    ------
    LiteracyError
        ``survey.invalid`` or ``survey.key``, listing all problems.
    """
    place = Path(path)
    findings = Findings()
    if survey is None:
        head = read_toml(place, findings)
        findings.refuse()
        survey = head.text("survey") if head is not None else ""
        if not survey:
            raise LiteracyError(
                "survey.unknown",
                where=str(path),
                what="the wave file does not name a survey",
                fix='add a line such as survey = "mycity", or give it with -i SURVEY',
            )
    instrument = survey if isinstance(survey, Instrument) else load_instrument(survey)
    wave = read_wave(
        place,
        instrument.items,
        instrument.modules,
        instrument.standards,
        instrument.design,
        findings,
        own=True,
    )
    findings.refuse()
    assert wave is not None  # a file without a result has produced a finding
    return instrument, wave


def load_margins(
    survey: Place | Instrument, wave: int | str | None = None, *, instrument: Instrument | None = None
) -> Margins:
    """Load population margins of a survey's wave, or from a file of the user's own.

    Parameters
    ----------
    survey : str, path or Instrument
        A survey (name, folder, workbook or instrument), or a margins file: ``.toml``; ``.csv`` or a workbook with the
        columns table, level, total (表, 类别, 人数) and optionally source; or a workbook with one sheet per table,
        named after its column, also as a cross table (``sex|age_band``). Levels are codes or, with an instrument,
        labels; totals are counts, shares or percentages.
    wave : int or str, optional
        The wave; required with a survey.
    instrument : Instrument, optional
        Instrument against which the columns and levels of a file are checked.

    Returns
    -------
    Margins

    Raises
    ------
    LiteracyError
        ``margins.missing``; ``survey.invalid`` or ``survey.key``, listing all problems.

    Examples
    --------
    >>> margins = lit.load_margins("erenhot", 2025)
    >>> [table.name for table in margins.tables]
    ['residence', 'sex', 'age_two', 'education_three']
    """
    findings = Findings()
    path: SurveyPath
    if not isinstance(survey, Instrument) and _is_margins_file(Path(survey)):
        path = Path(survey)
    else:
        folder = locate_survey(survey.folder if isinstance(survey, Instrument) else survey)
        path = folder / "margins" / f"{wave}.toml"
        if not path.is_file():
            there = ", ".join(p.stem for p in children(folder / "margins", "*.toml")) or tell("none")
            raise LiteracyError(
                "margins.missing",
                where=place_of(folder / "margins"),
                what=tell("no wave was given") if wave is None else tell("no margins for wave {}", wave),
                fix=tell("waves with margins: {}; or give the path of your own margins file", there),
            )
        instrument = instrument or (survey if isinstance(survey, Instrument) else load_instrument(survey))
    margins = read_margins(path, findings)
    if margins is not None and instrument is not None:
        margins = resolve_labels(margins, instrument)
        check_levels(margins, levels_of(instrument), findings, _labels_of(instrument))
    findings.refuse()
    assert margins is not None
    return margins


def _labels_of(instrument: Instrument) -> dict[str, list[str]]:
    """Return column -> labels of its levels in all languages."""
    return {
        name: [t for o in instrument.levels(name) for t in (o.label.zh, o.label.en) if t]
        for name in instrument.columns
    }


def _is_margins_file(path: Path) -> bool:
    """Whether a path is a margins file rather than a survey; a survey's workbook is recognised by its sheets."""
    if path.suffix.lower() in (".toml", ".csv"):
        return path.name not in ("instrument.toml", HOME)
    if path.suffix.lower() not in WORKBOOKS or not path.is_file():
        return False
    sheets = [find_sheet(name) for name in open_tables(path)]
    return not any(s is not None and s.name in ("about", "items") for s in sheets)


def load_goals(survey: Place | Instrument) -> tuple[Goal, ...]:
    """Load all goals of a survey or a goals file, including those whose value is not known.

    Parameters
    ----------
    survey : str, path or Instrument
        A survey, or a goals file.

    Returns
    -------
    tuple of Goal

    Examples
    --------
    >>> [(g.area, g.year, g.value) for g in lit.load_goals("erenhot")][:2]
    [('erenhot', 2025, 0.12), ('china', 2025, 0.15)]
    """
    path: SurveyPath
    if isinstance(survey, Instrument):
        path = locate_survey(survey.folder) / "goals.toml"
    else:
        path = Path(survey) if _is_goals_file(survey) else locate_survey(survey) / "goals.toml"
    if not path.is_file():
        raise LiteracyError(
            "goal.missing",
            where=place_of(path),
            what="there is no goals file",
            fix="write goals.toml (or the sheet 目标) of the survey, or give the path of one",
        )
    findings = Findings()
    goals = read_goals(path, findings)
    findings.refuse()
    return goals


def known_goals(instrument: Instrument) -> tuple[Goal, ...]:
    """Return the goals in the survey's folder; empty if it has no goals file."""
    try:
        return load_goals(instrument)
    except LiteracyError as error:
        if error.code != "goal.missing":
            raise
        return ()


def place_label(instrument: Instrument) -> Label | None:
    """Return the label of the area the survey covers, taken from its goals."""
    return next((g.label for g in known_goals(instrument) if g.area == instrument.area), None)


def load_goal(survey: Place | Instrument, year: int, area: str = "") -> Goal:
    """Load the goal of a year.

    Parameters
    ----------
    survey : str, path or Instrument
        A survey, or a goals file.
    year : int
        Year of the goal.
    area : str, optional
        Area of the goal; default is the survey's own area, or the first area of a goals file.

    Returns
    -------
    Goal

    Raises
    ------
    LiteracyError
        ``goal.missing`` if there is no goal for that area and year, or it has not been published.

    Examples
    --------
    >>> goal = lit.load_goal("erenhot", 2025)
    >>> goal.value, goal.strict
    (0.12, True)
    """
    goals = load_goals(survey)
    if not area and not _is_goals_file(survey):
        area = (survey if isinstance(survey, Instrument) else load_instrument(survey)).area
    area = area or (goals[0].area if goals else "")
    for goal in goals:
        if goal.area == area and goal.year == year and goal.value is not None:
            return goal
    unknown = any(g.area == area and g.year == year for g in goals)
    there = ", ".join(f"{g.area} {g.year}" for g in goals if g.value is not None) or tell("none")
    raise LiteracyError(
        "goal.missing",
        where=goals[0].file if goals else str(survey),
        what=tell(
            "the goal of {} {} {}",
            area,
            year,
            tell("was not found in any source") if unknown else tell("does not exist"),
        ),
        fix=tell("use one of: {}; or give the path of your own goals file", there),
    )


def _is_goals_file(survey: Place | Instrument) -> bool:
    if isinstance(survey, Instrument):
        return False
    return Path(survey).suffix.lower() == ".toml" and Path(survey).name != "instrument.toml"


def read_instrument(folder: SurveyPath, findings: Findings) -> Instrument | None:
    """Parse and check a survey's instrument; None if ``instrument.toml`` cannot be read at all."""
    t = read_toml(folder / "instrument.toml", findings)
    if t is None:
        return None
    findings.languages = t.texts("languages")
    modules = parse_modules(t)
    items = read_items(folder / "items.csv", read_options(folder / "options.csv", findings), findings)
    items = apply_asking(items, modules, t)
    universes = parse_universes(t)
    standards = _standards(t, folder, findings, keyed=any(i.key for i in items))
    design = parse_design(t)
    waves = [
        read_wave(path, items, [m.name for m in modules], tuple(standards), design, findings)
        for path in children(folder / "waves", "*.toml")
    ]
    instrument = Instrument(
        survey=t.text("survey", required=True),
        label=t.name_label(),
        items=items,
        groups=parse_groups(t, [u.name for u in universes]),
        universes=universes,
        waves=tuple(w for w in waves if w is not None),
        standards=tuple(standards),
        recodes=parse_recodes(t),
        modules=FrozenMap({m.name: m.label for m in modules}),
        rules=FrozenMap(standards),
        design=design,
        missing=parse_missing(t),
        blank=t.choice("blank", BLANKS, required=True),
        personal=t.texts("personal"),
        id_column=t.text("id"),
        area=t.text("area"),
        higher=t.texts("higher"),
        languages=findings.languages,
        demonstration=t.flag("demonstration"),
        sources=t.texts("sources", required=True),
        note=t.label("note"),
        folder=str(folder),
        file=place_of(folder / "instrument.toml"),
    )
    t.done()
    check_instrument(instrument, t)
    return instrument


def _standards(t: Table, folder: SurveyPath, findings: Findings, *, keyed: bool) -> dict[str, Standard]:
    """Read ``[[standards]]``: the standards that apply, and the inputs the survey states for them."""
    out: dict[str, Standard] = {}
    for use in t.tables("standards", required=True):
        name, literate = use.text("id", required=True), use.number("literate")
        items, shares = use.texts("items"), use.numbers("pass_share")
        use.done()
        path = find_standard_file(name, folder)
        if path is None:
            use.complain("id", tell("'{}' is not a standard{}", name, nearest(name, list_standards())))
            continue
        standard = read_standard(path, findings)
        if standard is None:
            continue
        known = [d.name for d in standard.dimensions]
        for dimension in shares:
            if dimension not in known:
                use.complain(
                    "pass_share", tell("'{}' is not a dimension{}", dimension, nearest(dimension, known))
                )
        stated = literate is not None or items or shares
        if literate is not None and standard.literate is not None:
            use.complain(
                "literate",
                tell("the standard fixes it at {:g}; a survey cannot change it", standard.literate),
            )
        if stated:
            by = t.data.get("survey", folder.name)
            standard = standard.state(by=str(by), literate=literate, pass_share=shares, items=items)
        for lacking in standard.needs if keyed else ():
            use.complain(
                lacking.split(":")[0], tell("the standard leaves {} to the survey; state it", lacking)
            )
        out[name] = standard
    return out
