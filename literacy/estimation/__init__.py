"""Estimation of population quantities and their uncertainty."""

from literacy.estimation.change.partition import decompose
from literacy.estimation.change.wave_change import compare
from literacy.estimation.core.estimate import Estimate, contrast
from literacy.estimation.core.joined_results import Joined
from literacy.estimation.core.totals import Totals
from literacy.estimation.models.coefficients import Model
from literacy.estimation.models.prediction import marginal_effects, marginal_means
from literacy.estimation.models.regression import regress
from literacy.estimation.models.standardization import standardize
from literacy.estimation.models.termtest import test_term
from literacy.estimation.statistics.agreement import cronbach, kappa
from literacy.estimation.statistics.association import test_fit, test_independence
from literacy.estimation.statistics.crossing import crosstab
from literacy.estimation.statistics.disclosure import suppress
from literacy.estimation.statistics.hypothesis import Test
from literacy.estimation.statistics.location import test_means, test_ranks
from literacy.estimation.statistics.means import mean, population_variance, proportion, ratio, total
from literacy.estimation.statistics.partials import finish, partial
from literacy.estimation.statistics.quantiles import quantile
from literacy.estimation.statistics.tabulation import Tabulation, tabulate

__all__ = [
    "Estimate",
    "Joined",
    "Model",
    "Tabulation",
    "Test",
    "Totals",
    "compare",
    "contrast",
    "cronbach",
    "crosstab",
    "decompose",
    "finish",
    "kappa",
    "marginal_effects",
    "marginal_means",
    "mean",
    "partial",
    "population_variance",
    "proportion",
    "quantile",
    "ratio",
    "regress",
    "standardize",
    "suppress",
    "tabulate",
    "test_fit",
    "test_independence",
    "test_means",
    "test_ranks",
    "test_term",
    "total",
]
