"""Precision requirements for groups that overlap and cut across strata, in the form :func:`allocate_domains` takes.

A group such as herders or older people is not a stratum: its share is a ratio, the number of literate members over the
number of members. The coefficient of variation of the ratio is that of its linearised values, whose mean and standard
deviation in each stratum follow from the group's part of the stratum and its share there (Cochran 1977, section 6.12).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.messages import tell


def describe_groups(strata: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the strata with columns ``mean_G`` and ``sd_G`` for each group G, usable like those of variables.

    Parameters
    ----------
    strata : DataFrame
        With ``stratum`` and ``population``.
    groups : DataFrame
        ``stratum, group, people`` (members in the stratum), ``share`` (expected among them). Groups may overlap; strata
        without members of a group may be omitted.

    Returns
    -------
    DataFrame
        The strata with two further columns per group. A requirement for variable G with an empty domain refers to the
        cv of the share within group G.

    Raises
    ------
    LiteracyError
        ``frame.invalid`` for unknown strata, more members of a group than people in the stratum, shares out of range,
        or a group without members.

    Examples
    --------
    >>> import pandas as pd
    >>> strata = pd.DataFrame({"stratum": ["sumu", "town"], "population": [1000, 9000]})
    >>> groups = pd.DataFrame({"stratum": ["sumu"], "group": ["herders"], "people": [800], "share": [0.05]})
    >>> describe_groups(strata, groups).columns.tolist()
    ['stratum', 'population', 'mean_herders', 'sd_herders']
    """
    absent = [c for c in ("stratum", "group", "people", "share") if c not in groups.columns]
    if absent:
        raise _invalid(
            "groups", tell("no column {}", ", ".join(absent)), "give stratum, group, people and share"
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
