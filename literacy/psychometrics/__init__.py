"""Psychometrics of the test: item response models, scores, linking, differential item functioning."""

from literacy.psychometrics.bank import Bank, read_bank
from literacy.psychometrics.classical.accuracy import Classification, classification
from literacy.psychometrics.classical.assembled_forms import Forms, assemble_form
from literacy.psychometrics.classical.blueprints import read_blueprint
from literacy.psychometrics.classical.cut_scores import StandardSetting, standard_setting
from literacy.psychometrics.classical.equating import Equating, equate
from literacy.psychometrics.classical.fairness import Dif, dif
from literacy.psychometrics.classical.itemreport import ItemAnalysis, item_analysis
from literacy.psychometrics.classical.reliability_coefficients import Reliability, reliability
from literacy.psychometrics.differential import IrtDif, irt_dif
from literacy.psychometrics.figure_tables import (
    mark_tables,
    read_table_of_items,
    tabulate_dif,
    tabulate_figures,
)
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.fitting import (
    ItemFit,
    LocalDependence,
    ModelFit,
    curve_departure,
    item_fit,
    local_dependence,
    model_fit,
)
from literacy.psychometrics.irt import fit_irt
from literacy.psychometrics.item_bank import describe_update, update_bank
from literacy.psychometrics.linking import Link, link_items
from literacy.psychometrics.plausible import PlausibleValues, combine_estimates, plausible_values
from literacy.psychometrics.positions import PersonScores, find_cut, item_curves, person_scores

__all__ = [
    "Bank",
    "Classification",
    "Dif",
    "Equating",
    "Forms",
    "IrtDif",
    "IrtFit",
    "ItemAnalysis",
    "ItemFit",
    "Link",
    "LocalDependence",
    "ModelFit",
    "PersonScores",
    "PlausibleValues",
    "Reliability",
    "StandardSetting",
    "assemble_form",
    "classification",
    "combine_estimates",
    "curve_departure",
    "describe_update",
    "dif",
    "equate",
    "find_cut",
    "fit_irt",
    "irt_dif",
    "item_analysis",
    "item_curves",
    "item_fit",
    "link_items",
    "local_dependence",
    "mark_tables",
    "model_fit",
    "person_scores",
    "plausible_values",
    "read_bank",
    "read_blueprint",
    "read_table_of_items",
    "reliability",
    "standard_setting",
    "tabulate_dif",
    "tabulate_figures",
    "update_bank",
]
