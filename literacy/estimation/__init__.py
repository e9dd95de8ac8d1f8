"""Estimation: numbers of a population, with how sure we are of them."""

from literacy.estimation.agreement import cronbach, kappa
from literacy.estimation.association import test_fit, test_independence
from literacy.estimation.contrasts import contrast
from literacy.estimation.crossing import crosstab
from literacy.estimation.disclosure import suppress
from literacy.estimation.estimate import Estimate
from literacy.estimation.hypothesis import Test
from literacy.estimation.location import test_means, test_ranks
from literacy.estimation.means import mean, population_variance, proportion, ratio, total
from literacy.estimation.model import Model
from literacy.estimation.partition import decompose
from literacy.estimation.prediction import marginal_effects, marginal_means
from literacy.estimation.quantiles import quantile
from literacy.estimation.regression import regress
from literacy.estimation.standardization import standardize
from literacy.estimation.termtest import test_term
from literacy.estimation.waves import compare

__all__ = [
    "Estimate",
    "Model",
    "Test",
    "compare",
    "contrast",
    "cronbach",
    "crosstab",
    "decompose",
    "kappa",
    "marginal_effects",
    "marginal_means",
    "mean",
    "population_variance",
    "proportion",
    "quantile",
    "ratio",
    "regress",
    "standardize",
    "suppress",
    "test_fit",
    "test_independence",
    "test_means",
    "test_ranks",
    "test_term",
    "total",
]
