"""Weighting: from base weights to weights that reproduce known population totals."""

from literacy.weighting.calibration import calibrate
from literacy.weighting.diagnostics import Step, Weighting
from literacy.weighting.nonresponse import adjust_nonresponse
from literacy.weighting.poststratification import poststratify
from literacy.weighting.raking import rake
from literacy.weighting.trimming import trim

__all__ = ["Step", "Weighting", "adjust_nonresponse", "calibrate", "poststratify", "rake", "trim"]
