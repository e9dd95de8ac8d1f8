"""Report: figures and tables for publication, drawn from CSV alone.

The only room that knows matplotlib; it is loaded when the first figure is drawn. The tables figures read are
described in :mod:`literacy.report.contract`, the figures by :func:`list_figures`.
"""

from literacy.report.figure import Figure
from literacy.report.gallery import Gallery, draw_report, list_figures, plot
from literacy.report.publication import readable, write_table

__all__ = ["Figure", "Gallery", "draw_report", "list_figures", "plot", "readable", "write_table"]
