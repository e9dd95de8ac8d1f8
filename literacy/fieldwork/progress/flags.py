"""What the quality check says of each interviewer, by its code."""

from __future__ import annotations

import pandas as pd

from literacy.answers import Responses
from literacy.messages import tell
from literacy.quality import Quality


def flag_interviewers(responses: Responses, quality: Quality) -> tuple[dict[str, float], tuple[str, ...]]:
    """Interviewer's code -> part of the interviews with a flag; and a note where the file has none.

    Parameters
    ----------
    responses : Responses
    quality : Quality
        Of :func:`check_quality`, for these answers.

    Returns
    -------
    shares : dict of str to float
    notes : tuple of str

    Examples
    --------
    >>> shares, notes = lit.flag_interviewers(responses, lit.check_quality(responses))
    >>> shares
    {}
    """
    if "interviewer" not in responses.paradata.columns:
        return {}, (tell("the answers have no column of interviewer codes: no flags by interviewer"),)
    code = responses.paradata["interviewer"].astype(str).reset_index(drop=True)
    share = pd.Series(quality.flagged).groupby(code).mean()
    return {str(k): float(v) for k, v in share.items()}, ()
