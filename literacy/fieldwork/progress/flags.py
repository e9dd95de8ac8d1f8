"""Results of the quality check by interviewer."""

from __future__ import annotations

import pandas as pd

from literacy.answers import Responses
from literacy.messages import tell
from literacy.quality import Quality


def flag_interviewers(responses: Responses, quality: Quality) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the flagged fraction of interviews by interviewer code, and a note if the file has no interviewers.

    Parameters
    ----------
    responses : Responses
    quality : Quality
        Result of :func:`check_quality` for these answers.

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
