"""Link errors: the uncertainty that the choice of common items adds to changes between waves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.messages import tell

Floats = NDArray[np.float64]


class LinkLike(Protocol):
    """Interface of a link between the scales of two waves."""

    @property
    def link_error(self) -> float:
        """Standard error of the link, on the scale of the earlier wave."""

    @property
    def sd(self) -> float:
        """Standard deviation of the population on that scale."""


def link_covariance(
    years: Floats, shares: Floats, link: LinkLike | Mapping[int, LinkLike]
) -> tuple[Floats, tuple[str, ...]]:
    """Covariance (k, k) of shares (k,) due to links between scales, with notes.

    Parameters
    ----------
    years, shares : (k,)
    link : LinkLike or mapping of year to LinkLike
        The link from the scale of a wave to that of the previous one; a single link is that of the last wave. All waves
        from a link on share its error. A scale error e changes a share p by phi(z_p) / sd * e, z_p being the normal
        quantile.

    Raises
    ------
    LiteracyError
        ``trend.waves`` if a link belongs to no wave or to the first one, or has no error.
    """
    from scipy.stats import norm

    if isinstance(link, Mapping):
        links = dict(link)
    else:
        links = {math.floor(float(years[-1])): link} if len(years) else {}
    added = np.zeros((len(years), len(years)))
    notes = []
    for year, one in sorted(links.items()):
        rows = np.flatnonzero(np.floor(years) == year)
        error = float(one.link_error)
        first = int(rows[0]) if len(rows) else -1
        if first < 1 or not (math.isfinite(error) and error >= 0 and one.sd > 0):
            why = (
                tell("there is no such wave")
                if first < 0
                else tell("it is the first wave")
                if first == 0
                else tell("it has no error")
            )
            raise LiteracyError(
                "trend.waves", where=tell("link of {}", year), what=why,
                fix="give {year: link} for waves after the first, with links of at least three common items",
            )  # fmt: skip
        share = np.clip(shares[first:], 1e-9, 1 - 1e-9)
        moved = norm.pdf(norm.ppf(share)) / one.sd * error
        added[first:, first:] += np.outer(moved, moved)
        notes.append(
            tell(
                "link error of {}: {:.4f} on the scale, {:.2f} points of the share",
                year,
                error,
                100 * float(moved[0]),
            )
        )
    return added, tuple(notes)
