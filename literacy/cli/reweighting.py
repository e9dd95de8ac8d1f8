"""The weighting steps a command line asks for, in their one order, and how a file remembers them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError

if TYPE_CHECKING:
    import pandas as pd

    from literacy.instrument import Margins
    from literacy.sampling import Sample

RECIPE = "weighting"
"""Column in which ``literacy weight`` says how it weighted."""


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


def apply_steps(sample: Sample, data: Any, steps: Steps) -> Sample:
    """Weight a sample step by step."""
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
    margins = find_margins(data, steps.margins) if steps.margins else None
    if margins is not None:
        sample = _meet(sample, margins, steps)
    if steps.trim_lower is not None or steps.trim_upper is not None:
        sample = weighting.trim(
            sample, steps.trim_upper, steps.trim_lower, strict=True, unit="mean", margins=margins
        )
    return sample


def _meet(sample: Sample, margins: Margins, steps: Steps) -> Sample:
    from literacy import weighting

    if steps.distance or steps.bounds:
        if steps.max_ratio is not None:
            raise LiteracyError(
                "weighting.value",
                where="--max-ratio",
                what="goes with raking, not with --distance or --bounds",
                fix="say --bounds LOW HIGH instead",
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
            "margins.missing", where="--margins", what=f"wave {name} of which survey?", fix="give a file, or -i SURVEY"
        )  # fmt: skip
    return load_margins(data.instrument.folder or data.instrument.survey, int(name))


def write_recipe(steps: Steps) -> str:
    """How a file was weighted, for the column ``weighting``: enough to weight it again, the same way."""
    told = {k: v for k, v in asdict(steps).items() if v != getattr(NO_STEPS, k)}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def read_recipe(frame: pd.DataFrame) -> Steps:
    """The steps ``literacy weight`` took: taking them again lets the standard errors know of them.

    Raises
    ------
    LiteracyError
        ``io.columns`` where the column does not say.
    """
    texts = frame[RECIPE].dropna().astype("str").unique()
    try:
        (text,) = texts
        told: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(str(text)).items()}
        return Steps(**told)
    except (ValueError, TypeError, AttributeError) as error:
        raise LiteracyError(
            "io.columns",
            where=f"column {RECIPE}",
            what="does not say how the file was weighted",
            fix="weight it again with literacy weight, or name the weight to use: --weight weight",
        ) from error
