"""Groups that overlap and cut across strata, made ready for :func:`allocate_domains`.

A group such as the herders or the old is no stratum: its share is estimated as a ratio, the literate of the group over
the group. The ratio's coefficient of variation is that of its linearised values, whose mean and standard deviation in
each stratum follow from the group's part of the stratum and its share there (Cochran 1977, section 6.12).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.messages import tell


def describe_groups(strata: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Columns ``mean_G`` and ``sd_G`` for each group G, to be demanded like any variable.

    Parameters
    ----------
    strata : DataFrame
        With ``stratum`` and ``population``.
    groups : DataFrame
        ``stratum, group, people`` (of the group in the stratum), ``share`` (expected among them). Groups may overlap;
        a stratum without people of a group may be left out.

    Returns
    -------
    DataFrame
        The strata with two columns a group more. A demand on variable G with an empty domain is one on the cv of the
        share within group G.

    Raises
    ------
    LiteracyError
        ``frame.invalid`` for strata that are not there, more people of a group than the stratum has, shares out of
        range, or a group nobody is in.

    Examples
    --------
    >>> import pandas as pd
    >>> strata = pd.DataFrame({"stratum": ["sumu", "town"], "population": [1000, 9000]})
    >>> groups = pd.DataFrame({"stratum": ["sumu"], "group": ["herders"], "people": [800], "share": [0.05]})
    >>> describe_groups(strata, groups).columns.tolist()
    ['stratum', 'population', 'mean_herders', 'sd_herders']
    """
    lost = [c for c in ("stratum", "group", "people", "share") if c not in groups.columns]
    if lost:
        raise _invalid(
            "groups", tell("no column {}", ", ".join(lost)), "give stratum, group, people and share"
        )
    out = strata.copy()
    index = out["stratum"].astype(str)
    unknown = set(groups["stratum"].astype(str)) - set(index)
    if unknown:
        raise _invalid(
            "groups: stratum",
            tell("{!r} is not a stratum", sorted(unknown)[0]),
            "give a stratum of the strata table",
        )
    size = out["population"].to_numpy(np.float64)
    for name, rows in groups.groupby("group", sort=True):
        given = rows.assign(stratum=rows["stratum"].astype(str)).set_index("stratum")
        if given.index.duplicated().any():
            raise _invalid(
                tell("groups: {}", name), "a stratum appears twice", "give one row per stratum and group"
            )
        people = given["people"].reindex(index).fillna(0.0).to_numpy(np.float64)
        share = given["share"].reindex(index).fillna(0.0).to_numpy(np.float64)
        if (people < 0).any() or (people > size).any():
            raise _invalid(
                tell("groups: {}", name),
                "people below 0, or more than the stratum contains",
                "correct the numbers",
            )
        if ((share < 0) | (share > 1)).any():
            raise _invalid(
                tell("groups: {}", name), "a share is out of range", "shares must lie between 0 and 1"
            )
        ratio = float((people * share).sum() / people.sum()) if people.sum() else 0.0
        if ratio <= 0:
            raise _invalid(
                tell("groups: {}", name),
                "it is empty, or nobody in it is literate",
                "drop the group, or give its shares",
            )
        part = people / size
        mean = part * (share - ratio)
        square = part * (share * (1 - ratio) ** 2 + (1 - share) * ratio**2)
        out[f"mean_{name}"] = part * ratio
        out[f"sd_{name}"] = np.sqrt(np.maximum(square - mean**2, 0.0))
    return out


def _invalid(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("frame.invalid", where=where, what=what, fix=fix)
