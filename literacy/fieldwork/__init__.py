"""Fieldwork: sample sizes, allocation, selection, contact sheets, and monitoring of progress."""

from literacy.fieldwork.dispositions import list_dispositions
from literacy.fieldwork.drawing.frames import Frame, read_frame
from literacy.fieldwork.drawing.protocol import format_protocol
from literacy.fieldwork.drawing.selection import Selection, select
from literacy.fieldwork.drawing.within import SecondStage, select_within
from literacy.fieldwork.outcome_rates import OutcomeRates, rate_outcomes
from literacy.fieldwork.planning.allocation import Allocation, allocate
from literacy.fieldwork.planning.clusters import ClusterPlan, plan_clusters
from literacy.fieldwork.planning.domain_allocation import DomainAllocation, allocate_domains
from literacy.fieldwork.planning.overlapping_groups import describe_groups
from literacy.fieldwork.planning.sizes import SizePlan, explain_size, plan_size
from literacy.fieldwork.progress.cases import Cases, close_field, read_outcomes, read_sample
from literacy.fieldwork.progress.field_board import Assumptions, FieldStatus, field_status
from literacy.fieldwork.progress.field_page import encode_status, format_status
from literacy.fieldwork.progress.figures import draw_status
from literacy.fieldwork.progress.flags import flag_interviewers
from literacy.fieldwork.progress.representativity import Representativity, measure_representativity
from literacy.fieldwork.progress.visits import Visits, read_visits
from literacy.fieldwork.sheets.field_folder import Sheets, write_sheets

__all__ = [
    "Allocation",
    "Assumptions",
    "Cases",
    "ClusterPlan",
    "DomainAllocation",
    "FieldStatus",
    "Frame",
    "OutcomeRates",
    "Representativity",
    "SecondStage",
    "Selection",
    "Sheets",
    "SizePlan",
    "Visits",
    "allocate",
    "allocate_domains",
    "close_field",
    "describe_groups",
    "draw_status",
    "encode_status",
    "explain_size",
    "field_status",
    "flag_interviewers",
    "format_protocol",
    "format_status",
    "list_dispositions",
    "measure_representativity",
    "plan_clusters",
    "plan_size",
    "rate_outcomes",
    "read_frame",
    "read_outcomes",
    "read_sample",
    "read_visits",
    "select",
    "select_within",
    "write_sheets",
]
