"""Definitions of surveys as frozen objects: instruments, standards, margins, goals, reference series; checker."""

from literacy.instrument.checker import check_survey, check_surveys
from literacy.instrument.conditions import add_recodes, holds
from literacy.instrument.definitions import (
    ITEM_TYPES,
    KINDS,
    RULES,
    Code,
    Condition,
    FrozenMap,
    Group,
    Item,
    Label,
    Level,
    MissingRule,
    Option,
    Recode,
    Universe,
    Wave,
    WaveDesign,
    nearest,
)
from literacy.instrument.goals import Goal
from literacy.instrument.indicators import Indicator, Measure
from literacy.instrument.margins import Margin, Margins
from literacy.instrument.plans import Part, Plan, Task, load_plan
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.loader import (
    known_goals,
    load_goal,
    load_goals,
    load_instrument,
    load_margins,
    load_wave,
    place_label,
)
from literacy.instrument.reading.project_surveys import Home, find_home
from literacy.instrument.reading.source_tables import Finding
from literacy.instrument.reading.standard_files import list_standards, load_standard
from literacy.instrument.reading.survey_locations import list_surveys, locate_survey
from literacy.instrument.reference import list_references, load_reference
from literacy.instrument.sampling_frames import load_frame
from literacy.instrument.standards import Benchmark, Dimension, Standard, Tier

__all__ = [
    "ITEM_TYPES",
    "KINDS",
    "RULES",
    "Benchmark",
    "Code",
    "Condition",
    "Dimension",
    "Finding",
    "FrozenMap",
    "Goal",
    "Group",
    "Home",
    "Indicator",
    "Instrument",
    "Item",
    "Label",
    "Level",
    "Margin",
    "Margins",
    "Measure",
    "MissingRule",
    "Option",
    "Part",
    "Plan",
    "Recode",
    "Standard",
    "Task",
    "Tier",
    "Universe",
    "Wave",
    "WaveDesign",
    "add_recodes",
    "check_survey",
    "check_surveys",
    "find_home",
    "holds",
    "known_goals",
    "list_references",
    "list_standards",
    "list_surveys",
    "load_frame",
    "load_goal",
    "load_goals",
    "load_instrument",
    "load_margins",
    "load_plan",
    "load_reference",
    "load_standard",
    "load_wave",
    "locate_survey",
    "nearest",
    "place_label",
]
