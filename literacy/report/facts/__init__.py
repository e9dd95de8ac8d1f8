"""The facts: one table of numbers from which text, tables, charts and documents are generated."""

from literacy.report.facts.record import Fact, Facts
from literacy.report.facts.study import Study

__all__ = ["Fact", "Facts", "Study"]
