"""Estimation: numbers of a population, with how sure we are of them."""

from literacy.estimation.contrasts import contrast
from literacy.estimation.estimate import Estimate
from literacy.estimation.means import mean, population_variance, proportion, ratio, total
from literacy.estimation.quantiles import quantile

__all__ = ["Estimate", "contrast", "mean", "population_variance", "proportion", "quantile", "ratio", "total"]
