"""Post-stratification: weights of each post-stratum rescaled to its population total."""

from __future__ import annotations

from typing import Any

from literacy.errors import LiteracyError
from literacy.kernels.weighting.cells import multiply_cells
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.weighting.adjustments import GroupAdjustment
from literacy.weighting.diagnostics import finish_step
from literacy.weighting.problem import build_problem
from literacy.weighting.reweighted_replicates import poststratify_replicates


def poststratify(sample: Sample, margins: Any) -> Sample:
    """Post-stratify to the population totals of one table (R's ``postStratify``).

    Parameters
    ----------
    sample : Sample
        Rows with weight 0 are outside the universe and remain unchanged.
    margins : Margins, mapping, Series or DataFrame
        One table, possibly of crossed columns: ``{"stype": {"E": 4421, "H": 755, "M": 1018}}`` or
        ``{("sex", "age"): {("f", "18-29"): 812, ...}}``. For several tables use :func:`rake`.

    Returns
    -------
    Sample
        With new weights; standard errors of estimates use residuals from the means of the post-strata. If the sample
        has replicates, each is post-stratified.

    Raises
    ------
    LiteracyError
        ``weighting.level``: a level without respondents, or a respondent's level without a total; ``weighting.value``:
        missing values, totals that are not numbers, or several tables.

    Examples
    --------
    >>> table = pd.DataFrame({"sex": list("mmff"), "w": [10.0, 10.0, 30.0, 30.0]})
    >>> lit.poststratify(lit.Sample(table, lit.Design("w")), {"sex": {"m": 48, "f": 52}}).weight
    array([24., 24., 26., 26.])
    """
    problem = build_problem(sample, margins)
    if len(problem.tables) != 1 or problem.quantities:
        raise LiteracyError(
            "weighting.value",
            where="margins",
            what=tell("{} margins ({})", len(problem.names), ", ".join(problem.names)),
            fix="cross-classify them in one table, or use rake(sample, margins)",
        )
    table, codes = problem.tables[0], problem.codes[0]
    ratio = problem.targets[0][codes] / problem.base
    weight, sums = multiply_cells(sample.weight, ratio, problem.cell)
    return finish_step(
        sample,
        weight,
        sums=sums,
        method="poststratify",
        margins=problem.list_margins(problem.base * ratio),
        columns=problem.columns,
        ratios=(float(ratio.min()), float(ratio.max())),
        adjustment=GroupAdjustment("poststratify", weight, problem.cell, len(problem.base)),
        replicates=poststratify_replicates(sample.replicates, problem),
        sentence=tell("post-stratified to {}{}", table.name, tell(" (a proxy)") if table.proxy else ""),
    )
