"""surveys/* -> frozen objects: instruments, standards, margins, goals, reference series; and the checker."""

from literacy.instrument.conditions import add_recodes, holds
from literacy.instrument.goals import Goal
from literacy.instrument.loader import (
    list_surveys,
    load_goal,
    load_goals,
    load_instrument,
    load_margins,
    locate_survey,
)
from literacy.instrument.margins import Margin, Margins
from literacy.instrument.model import (
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
from literacy.instrument.norms import list_standards, load_standard
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.standards import Benchmark, Dimension, Standard, Tier

__all__ = [
    "ITEM_TYPES",
    "KINDS",
    "RULES",
    "Benchmark",
    "Code",
    "Condition",
    "Dimension",
    "FrozenMap",
    "Goal",
    "Group",
    "Instrument",
    "Item",
    "Label",
    "Level",
    "Margin",
    "Margins",
    "MissingRule",
    "Option",
    "Recode",
    "Standard",
    "Tier",
    "Universe",
    "Wave",
    "WaveDesign",
    "add_recodes",
    "holds",
    "list_standards",
    "list_surveys",
    "load_goal",
    "load_goals",
    "load_instrument",
    "load_margins",
    "load_standard",
    "locate_survey",
    "nearest",
]
