"""The annual report, and figures and tables for publication.

This is the only subpackage that uses matplotlib, which is imported when the first figure is drawn. The input tables
of the figures are described in :mod:`literacy.report.tables.contract`; :func:`list_figures` lists the figures.
"""

from literacy.report.annual import Report, make_report
from literacy.report.figures.figure import Figure
from literacy.report.figures.gallery import Gallery, draw_report, list_figures, plot
from literacy.report.settings import Settings, load_settings
from literacy.report.tables.publication import write_table

__all__ = [
    "Figure",
    "Gallery",
    "Report",
    "Settings",
    "draw_report",
    "list_figures",
    "load_settings",
    "make_report",
    "plot",
    "write_table",
]
