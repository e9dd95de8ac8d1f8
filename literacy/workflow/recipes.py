"""The steps of weighting in their one order, and how a file remembers them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

    from literacy.instrument import Margins
    from literacy.sampling import Sample

RECIPE = "weighting"
"""Column in which ``literacy weight`` says how it weighted, in its first row."""
SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Steps:
    """Weighting. Replicates are made first, so that they are re-weighted along; then nonresponse, margins, trim."""

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
        """Whether any weight changes."""
        trimmed = self.trim_lower is not None or self.trim_upper is not None
        return bool(self.margins or self.respondent or trimmed or self.replicates)


NO_STEPS = Steps()


def take_steps(options: dict[str, Any]) -> Steps:
    """Take the steps out of a command's options (what is left is for others)."""
    return Steps(**{f.name: options.pop(f.name) for f in fields(Steps) if f.name in options})


def apply_steps(sample: Sample, data: Any, steps: Steps, margins: Margins | None = None) -> Sample:
    """Weight a sample step by step; `margins` are the totals a weighted file remembers."""
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
        sample = meet_margins(sample, margins, steps)
    if steps.trim_lower is not None or steps.trim_upper is not None:
        sample = weighting.trim(
            sample, steps.trim_upper, steps.trim_lower, strict=True, unit="mean", margins=margins
        )
    return sample


def meet_margins(sample: Sample, margins: Margins, steps: Steps) -> Sample:
    """Weight a sample to margins, by raking or as the steps say."""
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
    """Margins by wave (of the data's survey) or from a file."""
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
    """The data of a weighted sample with both weights, and in their first row how they were weighted."""
    whole = (
        sample.frame.copy()
    )  # in one piece: pandas adds columns slowly to a table in a hundred, and says so
    frame = whole.assign(base_weight=sample.base_weight, weight=sample.weight)
    return write_recipe(frame, steps, find_margins(data, steps.margins) if steps.margins else None)


def write_recipe(frame: pd.DataFrame, steps: Steps, margins: Margins | None) -> pd.DataFrame:
    """The table with how it was weighted in its first row: the steps and the totals, so that no other file counts."""
    return frame.assign(**{RECIPE: [tell_recipe(steps, margins), *[""] * (len(frame) - 1)]})


def tell_recipe(steps: Steps, margins: Margins | None) -> str:
    """How a file was weighted, as its first row says."""
    told: dict[str, Any] = {k: v for k, v in asdict(steps).items() if v != getattr(NO_STEPS, k)}
    if margins is not None:
        told["totals"] = {
            "survey": margins.survey,
            "year": margins.year,
            "universe": margins.universe,
            "tables": [
                [t.name, t.columns, t.totals, t.proxy and [t.proxy.zh, t.proxy.en]] for t in margins.tables
            ],
        }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def read_recipe(frame: pd.DataFrame) -> tuple[Steps, Margins | None]:
    """The steps ``literacy weight`` took and the totals it met: repeating them gives the standard errors.

    Raises
    ------
    LiteracyError
        ``io.columns`` where the column does not say.
    """
    texts = [t for t in frame[RECIPE].dropna().astype("str").unique() if t.strip()]
    try:
        (text,) = texts
        told: dict[str, Any] = json.loads(text)
        totals = told.pop("totals", None)
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
        steps = Steps(**given)
        return steps, None if totals is None else _read_totals(totals)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LiteracyError(
            "io.columns",
            where=tell("column {}", RECIPE),
            what="does not record how the file was weighted (this is stored in the first row written)",
            fix="weight it again with literacy weight, or give the weight to use: --weight weight",
        ) from error


def _read_totals(told: dict[str, Any]) -> Margins:
    from literacy.instrument import Label, Margin, Margins

    tables = tuple(
        Margin(
            name,
            tuple(columns),
            tuple((tuple(levels), float(value)) for levels, value in totals),
            Label(*proxy) if proxy else None,
        )
        for name, columns, totals, proxy in told["tables"]
    )
    return Margins(told["survey"], told["year"], told["universe"], tables)


def check_delivered(sample: Sample, frame: pd.DataFrame) -> None:
    """Refuse a weighted file whose weights are not those its own steps and totals give.

    Raises
    ------
    LiteracyError
        ``io.columns``: rows were taken out or weights changed since the file was written.
    """
    import numpy as np
    import pandas as pd

    if "weight" not in frame.columns:
        return
    held = pd.to_numeric(frame["weight"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    close = np.isclose(held, sample.weight, rtol=SAME, atol=SAME * float(np.abs(sample.weight).max()))
    if not close.all():
        raise LiteracyError(
            "io.columns",
            where="column weight",
            what=tell(
                "{} weights differ from those implied by the steps in column {}: rows or weights "
                "were changed after the file was written",
                int((~close).sum()),
                RECIPE,
            ),
            fix=tell(
                "weight the original again with literacy weight, or use the weights as they are: "
                "--weight weight (without column {})",
                RECIPE,
            ),
        )
