"""The steps of weighting in their fixed order, and their record in weighted files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from literacy.errors import LiteracyError
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

    from literacy.instrument import Margins
    from literacy.sampling import Sample

RECIPE = "weighting"
"""Column in whose first row ``literacy weight`` records the weighting."""
SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Steps:
    """Options of weighting. Order: replicates (so that they are reweighted too), nonresponse, margins, trimming."""

    replicates: str | None = None
    number: int = 500
    rho: float = 0.5
    seed: int | None = None
    respondent: str | None = None
    cells: tuple[str, ...] = ()
    propensity: tuple[str, ...] = ()
    classes: int = 5
    margins: str | None = None
    distance: str | None = None
    bounds: tuple[float, float] | None = None
    max_ratio: float | None = None
    trim_lower: float | None = None
    trim_upper: float | None = None

    @property
    def asked(self) -> bool:
        """Whether any step changes weights."""
        trimmed = self.trim_lower is not None or self.trim_upper is not None
        return bool(self.margins or self.respondent or trimmed or self.replicates)


NO_STEPS = Steps()


def take_steps(options: dict[str, Any]) -> Steps:
    """Return the steps, removed from a command's options."""
    return Steps(**{f.name: options.pop(f.name) for f in fields(Steps) if f.name in options})


def apply_steps(sample: Sample, data: Any, steps: Steps, margins: Margins | None = None) -> Sample:
    """Apply the weighting steps to a sample; `margins` are the totals recorded in a weighted file."""
    from literacy import weighting
    from literacy.sampling import make_replicates

    if steps.replicates:
        sample = make_replicates(
            sample, steps.replicates, replicates=steps.number, rho=steps.rho, seed=steps.seed
        )
    if steps.respondent:
        sample = weighting.adjust_nonresponse(
            sample,
            steps.respondent,
            by=list(steps.cells) or None,
            propensity=list(steps.propensity) or None,
            classes=steps.classes,
        )
    if margins is None and steps.margins:
        margins = find_margins(data, steps.margins)
    if margins is not None:
        sample = weight_to_margins(sample, margins, steps)
    if steps.trim_lower is not None or steps.trim_upper is not None:
        sample = weighting.trim(
            sample, steps.trim_upper, steps.trim_lower, strict=True, unit="mean", margins=margins
        )
    return sample


def weight_to_margins(sample: Sample, margins: Margins, steps: Steps) -> Sample:
    """Weight a sample to margins, by raking or as the steps specify."""
    from literacy import weighting

    if steps.distance or steps.bounds:
        if steps.max_ratio is not None:
            raise LiteracyError(
                "weighting.value",
                where="--max-ratio",
                what="applies to raking, not to --distance or --bounds",
                fix="give --bounds LOW HIGH instead",
            )
        return weighting.calibrate(sample, margins, distance=steps.distance or "raking", bounds=steps.bounds)
    return weighting.rake(sample, margins, max_ratio=steps.max_ratio)


def find_margins(data: Any, name: str) -> Margins:
    """Load margins by wave (of the data's survey) or from a file."""
    from literacy.instrument import load_margins

    if not name.isdigit():
        return load_margins(Path(name), instrument=getattr(data, "instrument", None))
    if not hasattr(data, "instrument"):
        raise LiteracyError(
            "margins.missing",
            where="--margins",
            what=tell("the survey of wave {} is not given", name),
            fix="give a file, or -i SURVEY",
        )
    return load_margins(data.instrument.folder or data.instrument.survey, int(name))


def write_weighted(sample: Sample, data: Any, steps: Steps) -> pd.DataFrame:
    """Return the data of a weighted sample with both weights, and the record of the weighting in the first row."""
    whole = (
        sample.frame.copy()
    )  # in one step: adding columns one by one to a wide table is slow, and pandas warns of it
    frame = whole.assign(base_weight=sample.base_weight, weight=sample.weight)
    return write_recipe(frame, steps, find_margins(data, steps.margins) if steps.margins else None)


def write_recipe(frame: pd.DataFrame, steps: Steps, margins: Margins | None) -> pd.DataFrame:
    """Return the table with the record of the weighting (steps and totals) in its first row."""
    return frame.assign(**{RECIPE: [format_recipe(steps, margins), *[""] * (len(frame) - 1)]})


def format_recipe(steps: Steps, margins: Margins | None) -> str:
    """Return the record of the weighting as JSON."""
    record: dict[str, Any] = {k: v for k, v in asdict(steps).items() if v != getattr(NO_STEPS, k)}
    if margins is not None:
        record["totals"] = {
            "survey": margins.survey,
            "year": margins.year,
            "universe": margins.universe,
            "tables": [
                [t.name, t.columns, t.totals, t.proxy and [t.proxy.zh, t.proxy.en]] for t in margins.tables
            ],
        }
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def read_recipe(frame: pd.DataFrame) -> tuple[Steps, Margins | None]:
    """Read the steps of ``literacy weight`` and its totals; repeating them reproduces the standard errors.

    Raises
    ------
    LiteracyError
        ``io.columns`` if the column contains no record.
    """
    texts = [t for t in frame[RECIPE].dropna().astype("str").unique() if t.strip()]
    try:
        (text,) = texts
        record: dict[str, Any] = json.loads(text)
        totals = record.pop("totals", None)
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        hints = get_type_hints(Steps)
        if not all(_is_of(v, hints[k]) for k, v in given.items()):
            raise TypeError
        steps = Steps(**given)
        return steps, None if totals is None else _read_totals(totals)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LiteracyError(
            "io.columns",
            where=tell("column {}", RECIPE),
            what="does not record how the file was weighted (this is stored in the first row written)",
            fix="weight it again with literacy weight, or give the weight to use: --weight weight",
        ) from error


def _is_of(value: Any, hint: Any) -> bool:
    """Whether a value is of the type that an annotation states."""
    parts = get_args(hint)
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            return False
        wanted = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
        return len(wanted) == len(value) and all(map(_is_of, value, wanted))
    if parts:
        return any(_is_of(value, part) for part in parts)
    return not isinstance(value, bool) and isinstance(value, int | float if hint is float else hint)


def _read_totals(record: dict[str, Any]) -> Margins:
    from literacy.instrument import Label, Margin, Margins

    tables = tuple(
        Margin(
            name,
            tuple(columns),
            tuple((tuple(levels), float(value)) for levels, value in totals),
            Label(*proxy) if proxy else None,
        )
        for name, columns, totals, proxy in record["tables"]
    )
    return Margins(record["survey"], record["year"], record["universe"], tables)


def check_delivered(sample: Sample, frame: pd.DataFrame) -> None:
    """Check that the weights of a weighted file are reproduced by its own steps and totals.

    Raises
    ------
    LiteracyError
        ``io.columns``: rows were removed or weights changed since the file was written.
    """
    refuse_altered(count_altered(sample, frame))


def count_altered(sample: Sample, frame: pd.DataFrame) -> int:
    """Count the rows whose delivered weight is not the one computed; 0 without a column of delivered weights."""
    import numpy as np
    import pandas as pd

    if "weight" not in frame.columns or not len(frame):
        return 0
    held = pd.to_numeric(frame["weight"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    close = np.isclose(held, sample.weight, rtol=SAME, atol=SAME * float(np.abs(sample.weight).max()))
    return int((~close).sum())


def refuse_altered(count: int) -> None:
    """Raise an error if there are weights that the recorded steps do not reproduce.

    Raises
    ------
    LiteracyError
        ``io.columns``
    """
    if not count:
        return
    raise LiteracyError(
        "io.columns",
        where="column weight",
        what=tell(
            "{} weights differ from those implied by the steps in column {}: rows or weights "
            "were changed after the file was written",
            count,
            RECIPE,
        ),
        fix=tell(
            "weight the original again with literacy weight, or use the weights as they are: "
            "--weight weight (without column {})",
            RECIPE,
        ),
    )
