"""Before, during and after the field: sizes, allocation, selection, what goes to the field, and how it is going."""

from literacy.fieldwork.dispositions import list_dispositions
from literacy.fieldwork.drawing.frames import Frame, read_frame
from literacy.fieldwork.drawing.selection import Selection, select
from literacy.fieldwork.outcome_rates import OutcomeRates, rate_outcomes
from literacy.fieldwork.planning.allocation import Allocation, allocate
from literacy.fieldwork.planning.clusters import ClusterPlan, plan_clusters
from literacy.fieldwork.planning.domains import DomainAllocation, allocate_domains
from literacy.fieldwork.planning.groups import describe_groups
from literacy.fieldwork.planning.sizes import SizePlan, explain_size, plan_size

__all__ = [
    "Allocation",
    "ClusterPlan",
    "DomainAllocation",
    "Frame",
    "OutcomeRates",
    "Selection",
    "SizePlan",
    "allocate",
    "allocate_domains",
    "describe_groups",
    "explain_size",
    "list_dispositions",
    "plan_clusters",
    "plan_size",
    "rate_outcomes",
    "read_frame",
    "select",
]
