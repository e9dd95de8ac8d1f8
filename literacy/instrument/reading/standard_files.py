"""Reader of ``standards/*.toml`` and of the table of points of the benchmarks."""

from __future__ import annotations

from pathlib import Path

from literacy._resources import surveys_dir
from literacy.errors import LiteracyError
from literacy.instrument.definitions import KINDS, RULES, FrozenMap, Label, nearest
from literacy.instrument.reading.source_tables import Findings, Table, place_of, read_rows, read_toml
from literacy.instrument.standards import Benchmark, Dimension, Standard, Tier
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell

WEIGHS = ("equal_within_dimension", "equal")
SERIES = ("miller", "index2015", "index2020", "cast100", "benchmark2016", "oxford")
"""Ids of the rules on which published figures are based, as used in reference tables and ``comparable``."""
POINT_COLUMNS = ("benchmark", "title_zh", "point", "point_zh", "title_status", "point_status", "range_status")


def list_standards() -> tuple[str, ...]:
    """Return the ids of the packaged standards.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> lit.list_standards()
    ('benchmark2016', 'cast100', 'miller', 'oxford')
    """
    return tuple(sorted(p.stem for p in (surveys_dir() / "standards").glob("*.toml")))


def load_standard(standard: str) -> Standard:
    """Return a published standard by id, or a standard of the user's own by the path of its TOML file.

    Parameters
    ----------
    standard : str
        One of :func:`list_standards`, or the path of a file.

    Returns
    -------
    Standard

    Raises
    ------
    LiteracyError
        ``standard.unknown`` naming the nearest id; ``survey.invalid`` or ``survey.key`` for a malformed file.

    Examples
    --------
    >>> lit.load_standard("cast100").label.en
    '100-point standard of civic scientific literacy (since 2021)'
    """
    path = find_standard_file(standard)
    if path is None:
        known = list_standards()
        raise LiteracyError(
            "standard.unknown",
            where=str(standard),
            what=tell("is not a standard{}", nearest(standard, known)),
            fix=tell("use one of: {}, or the path of a TOML file", ", ".join(known)),
        )
    findings = Findings()
    found = read_standard(path, findings)
    findings.refuse()
    assert found is not None  # a file without a result has produced a finding
    return found


def find_standard_file(standard: str, folder: SurveyPath | None = None) -> SurveyPath | None:
    """Return the file of a standard: from the survey's own ``standards/``, from the package, or a path."""
    if standard.endswith(".toml"):
        path = Path(standard)
        return path if path.is_file() else None
    places: list[SurveyPath] = (
        [surveys_dir() / "standards"]
        if folder is None
        else [folder / "standards", surveys_dir() / "standards"]
    )
    return next((p / f"{standard}.toml" for p in places if (p / f"{standard}.toml").is_file()), None)


def read_standard(path: SurveyPath, findings: Findings) -> Standard | None:
    """Parse and check one standard; None if the file cannot be read at all."""
    packaged = isinstance(path, Path) and path.is_relative_to(surveys_dir())
    t = read_toml(path, findings, ("zh", "en") if packaged else ())
    if t is None:
        return None
    force = t.table("in_force")
    in_force = (force.whole("from"), force.whole("to")) if force else (None, None)
    if force:
        force.done()
    rule = t.choice("rule", RULES, required=True)
    points_file = t.text("points_file")
    standard = Standard(
        id=t.text("id", required=True),
        label=t.name_label(),
        rule=rule,
        dimensions=_dimensions(t),
        tiers=_tiers(t),
        literate=t.number("literate"),
        score_max=t.number("score_max"),
        treat=_treat(t),
        weigh=t.choice("weigh", WEIGHS, required=True),
        multiple=t.choice("multiple", ("all_or_nothing",), required=True),
        comparable=t.texts("comparable", required=True),
        comparison=t.label("comparison", required=True) or Label("", ""),
        sources=t.texts("sources", required=True),
        status=t.text("status", required=True),
        in_force=in_force,
        size=t.whole("size"),
        benchmarks=_benchmarks(path.parent / points_file, findings) if points_file else (),
        unknown=tuple(_plain_label(u) for u in t.tables("unknown")),
        note=t.label("note"),
        file=place_of(path),
    )
    t.done()
    _check(standard, path, t)
    return standard


def _plain_label(table: Table) -> Label:
    label = Label(table.text("zh", required=True), table.text("en", required=True))
    table.done()
    return label


def _treat(t: Table) -> FrozenMap[str]:
    sub = t.table("treat")
    if sub is None:
        t.complain("treat", "is missing: say what each kind of missing counts as")
        return FrozenMap(dict.fromkeys(KINDS[1:], "excluded"))
    pairs = {k: sub.choice(k, ("incorrect", "excluded"), required=True) or "excluded" for k in KINDS[1:]}
    sub.done()
    return FrozenMap(pairs)


def _dimensions(t: Table) -> tuple[Dimension, ...]:
    out = []
    for d in t.tables("dimensions"):
        out.append(
            Dimension(
                d.text("name", required=True), d.name_label(), d.number("points"), d.number("pass_share")
            )
        )
        d.done()
    return tuple(out)


def _tiers(t: Table) -> tuple[Tier, ...]:
    out = []
    for tier in t.tables("tiers"):
        cut = tier.number("cut", required=True)
        out.append(Tier(tier.text("name", required=True), tier.name_label(), cut or 0.0))
        tier.done()
    return tuple(out)


def _benchmarks(path: SurveyPath, findings: Findings) -> tuple[Benchmark, ...]:
    place, points = place_of(path), dict[int, list[int]]()
    heads: dict[int, tuple[str, str, str]] = {}
    for row in read_rows(path, POINT_COLUMNS, (), findings):
        no, point = row.get("benchmark", ""), row.get("point", "")
        if not (no.isdigit() and point.isdigit()):
            findings.add(place, f"row {row['']}", "point", tell("benchmark and point must be whole numbers"))
            continue
        for column in ("title_status", "point_status", "range_status"):
            if not row.get(column):
                findings.add(
                    place,
                    tell("point {}", point),
                    column,
                    tell("is empty; state for every point how well it is attested"),
                )
        heads[int(no)] = (row.get("title_zh", ""), row.get("title_status", ""), row.get("range_status", ""))
        points.setdefault(int(no), []).append(int(point))
    flat = sorted(p for ps in points.values() for p in ps)
    if flat != list(range(1, len(flat) + 1)):
        findings.add(place, "", "point", tell("point numbers must run from 1 without gaps or duplicates"))
    return tuple(Benchmark(no, *heads[no][:1], tuple(points[no]), *heads[no][1:]) for no in sorted(points))


def _check(standard: Standard, path: SurveyPath, t: Table) -> None:
    if standard.id and standard.id != path.stem:
        t.complain("id", tell("'{}' differs from the file name '{}'", standard.id, path.stem))
    for series in standard.comparable:
        if series not in SERIES and series != standard.id:
            t.complain("comparable", tell("'{}' is not a known series{}", series, nearest(series, SERIES)))
    for name, things in (("dimensions", standard.dimensions), ("tiers", standard.tiers)):
        names = [thing.name for thing in things]
        for double in sorted({n for n in names if names.count(n) > 1}):
            t.complain(name, tell("'{}' appears twice", double))
    cuts = [tier.cut for tier in standard.tiers]
    if cuts != sorted(cuts):
        t.complain("tiers", "cut scores must increase from tier to tier")
    if standard.rule == "points":
        _check_points(standard, t)
    if standard.rule == "benchmarks":
        if not standard.benchmarks:
            t.complain("points_file", "the rule requires the table of benchmarks and points")
        if standard.literate is None or not 0 < standard.literate <= 1:
            t.complain("literate", "must be a share between 0 and 1")
    if standard.rule == "joint" and not standard.dimensions:
        t.complain("dimensions", "the rule requires the dimensions to be passed")
    for d in standard.dimensions:
        if d.pass_share is not None and not 0 < d.pass_share <= 1:
            t.complain(f"dimensions.{d.name}", "pass_share must be a share between 0 and 1")


def _check_points(standard: Standard, t: Table) -> None:
    total = sum(d.points or 0.0 for d in standard.dimensions)
    if standard.score_max is None:
        t.complain("score_max", "the rule requires the highest possible score")
    elif abs(total - standard.score_max) > 1e-9:
        t.complain("dimensions", tell("points add up to {:g}, not to {:g}", total, standard.score_max))
    for d in standard.dimensions:
        if d.points is None or d.points <= 0:
            t.complain(f"dimensions.{d.name}", "requires positive points")
    cuts = {tier.name: tier.cut for tier in standard.tiers}
    if standard.literate is None:
        t.complain("literate", "the rule requires the cut score of the literate tier")
    elif cuts.get("literate", standard.literate) != standard.literate:
        t.complain(
            "literate", tell("is {:g}, the tier 'literate' has {:g}", standard.literate, cuts["literate"])
        )
    for name, cut in cuts.items():
        if standard.score_max is not None and not 0 < cut <= standard.score_max:
            t.complain(
                f"tiers.{name}", tell("the cut score {:g} is outside 0 to {:g}", cut, standard.score_max)
            )
