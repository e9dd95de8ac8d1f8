"""Scoring: keys, kinds of missing, dimensions, points and tiers."""

from literacy.scoring.answered import KIND, Answered, keep_answers, keep_block
from literacy.scoring.files import ScoredFile, score_file, score_opened
from literacy.scoring.marking import KeyTables, select_items
from literacy.scoring.respondents import account, find_standard, score, score_block
from literacy.scoring.scored import GROUP_PREFIX, Scored
from literacy.scoring.scored_files import CONSTANTS, is_scored, restore_scored

__all__ = [
    "CONSTANTS", "GROUP_PREFIX", "KIND", "Answered", "KeyTables", "Scored", "ScoredFile", "account", "find_standard",
    "is_scored", "keep_answers", "keep_block", "restore_scored", "score", "score_block", "score_file",
    "score_opened", "select_items",
]  # fmt: skip
