"""Report: the annual report, and the figures and tables of publications.

The only room that knows matplotlib; it is loaded when the first figure is drawn. The tables figures read are
described in :mod:`literacy.report.tables.contract`, the figures by :func:`list_figures`.
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
