"""Answers become scores: keys, kinds of missing, dimensions, points and tiers."""

from literacy.scoring.files import ScoredFile, score_file
from literacy.scoring.records import is_scored, restore_scored
from literacy.scoring.respondents import find_standard, score
from literacy.scoring.scored import Scored

__all__ = ["Scored", "ScoredFile", "find_standard", "is_scored", "restore_scored", "score", "score_file"]
