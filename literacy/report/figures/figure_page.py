"""Page layout: title, legend, body and footers, positioned in inches from measured text.

Matplotlib's global state is left unchanged: figures are ``matplotlib.figure.Figure`` objects, every text is given the
typeface by path, and settings are applied within :func:`settings`, a context manager that restores them on exit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from literacy.report.figures.palette import GRID, INK, MUTED, PAPER, RULE
from literacy.report.figures.typeface import clean, font, width, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

WIDE = 7.2  # inches: the text width of an A4 page
EDGE = 0.22
TITLE, SUBTITLE, LABEL, TICK, SMALL, FOOT = 13.0, 9.0, 8.5, 8.0, 7.5, 6.8
LINE = 1.42 / 72  # height of a line of text, inches per point


LineStyle: TypeAlias = Literal["", "-", "--", ":"] | tuple[float, Sequence[float]]


@contextmanager
def settings() -> Iterator[None]:
    """Apply matplotlib's defaults and then the package's own settings; the user's settings are restored on exit."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "axes.edgecolor": RULE,
                "axes.linewidth": 0.7,
                "hatch.linewidth": 0.6,
                "pdf.fonttype": 3,
                "svg.fonttype": "path",
                "svg.hashsalt": "literacy",
                "text.parse_math": False,
                "text.usetex": False,
            }
        )
        yield


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: a mark and its meaning."""

    text: str
    color: str = INK
    marker: str = ""
    fill: str = ""
    line: LineStyle = ""
    patch: str = ""
    hatch: str = ""
    thick: float = 1.3

    @property
    def size(self) -> float:
        """Width of the entry in inches."""
        return 0.30 + width(self.text, TICK) + 0.18


def _rows(keys: Sequence[Key], room: float) -> list[list[Key]]:
    rows: list[list[Key]] = []
    for key in keys:
        if rows and sum(k.size for k in rows[-1]) + key.size <= room:
            rows[-1].append(key)
        else:
            rows.append([key])
    return rows


class Page:
    """A page to which charts add content; body coordinates are inches from the lower left corner of the body.

    Parameters
    ----------
    title, subtitle : str
        Heading of the page. An empty subtitle takes up no space.
    body : float
        Height of the body in inches.
    keys : sequence of Key
        Legend entries, arranged in rows below the heading.
    feet : list of str
        Footer paragraphs.
    badge : str
        Framed text in the upper right corner (such as the mark of synthetic data), or empty.
    """

    title: str
    description: str
    wide: float
    height: float

    def __init__(
        self, title: str, subtitle: str, body: float, keys: Sequence[Key], feet: list[str], badge: str = ""
    ) -> None:
        from matplotlib.figure import Figure as Canvas

        self.wide = WIDE - 2 * EDGE
        self.title, self.description = title, " ".join([title, *([subtitle] if subtitle else []), *feet])
        badge_room = width(clean(badge), SMALL) + 0.34 if badge else 0.0
        heads = [(t, TITLE, INK) for t in wrap(title, self.wide - badge_room, TITLE)]
        heads += (
            [(t, SUBTITLE, MUTED) for t in wrap(subtitle, self.wide - badge_room, SUBTITLE)]
            if subtitle
            else []
        )
        rows = _rows(keys, self.wide)
        notes = [t for foot in feet for t in wrap(foot, self.wide, FOOT)]
        top = EDGE + sum(s * LINE for _, s, _ in heads) + 0.10 + 0.21 * len(rows) + 0.08
        bottom = EDGE * 0.8 + len(notes) * FOOT * LINE + (0.10 if notes else 0)
        self.height = top + body + bottom
        self.body = body
        self.bottom: float = bottom
        self.canvas: Canvas = Canvas(figsize=(WIDE, self.height), dpi=200, facecolor=PAPER)
        self._inches = self.canvas.dpi_scale_trans
        self._head(heads, badge)
        self._legend(rows, self.height - EDGE - sum(s * LINE for _, s, _ in heads) - 0.20)
        self._foot(notes)

    # heading, legend and footers

    def _put(self, x: float, y: float, text: str, size: float, color: str, **how: Any) -> None:
        if text:
            self.canvas.text(
                x, y, text, transform=self._inches, fontproperties=font(size), color=color, **how
            )

    def _head(self, heads: list[tuple[str, float, str]], badge: str) -> None:
        y = self.height - EDGE
        if badge:
            self._put(
                WIDE - EDGE - 0.06, y - TITLE * LINE / 2, clean(badge), SMALL, INK, ha="right", va="center",
                bbox={"boxstyle": "square,pad=0.35", "facecolor": PAPER, "edgecolor": INK, "linewidth": 0.8},
            )  # fmt: skip
        for text, size, color in heads:
            self._put(EDGE, y - size * LINE / 2, text, size, color, ha="left", va="center")
            y -= size * LINE

    def _legend(self, rows: list[list[Key]], y: float) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Rectangle

        for row in rows:
            x = EDGE
            for key in row:
                if key.patch:
                    box = Rectangle((x, y - 0.05), 0.22, 0.10, facecolor=key.patch, edgecolor=INK, linewidth=0.5,
                                    hatch=key.hatch, transform=self._inches)  # fmt: skip
                    self.canvas.add_artist(box)
                if key.line:
                    self.canvas.add_artist(
                        Line2D([x, x + 0.22], [y, y], color=key.color, linestyle=key.line, linewidth=key.thick,
                               transform=self._inches)
                    )  # fmt: skip
                if key.marker:
                    self.canvas.add_artist(
                        Line2D([x + 0.11], [y], marker=key.marker, markersize=5.5, markeredgecolor=key.color,
                               markerfacecolor=key.fill or key.color, linestyle="none",
                               transform=self._inches)
                    )  # fmt: skip
                self._put(x + 0.29, y, key.text, TICK, INK, ha="left", va="center_baseline")
                x += key.size
            y -= 0.21

    def _foot(self, notes: list[str]) -> None:
        from matplotlib.lines import Line2D

        if not notes:
            return
        y = EDGE * 0.8 + len(notes) * FOOT * LINE
        self.canvas.add_artist(
            Line2D([EDGE, WIDE - EDGE], [y + 0.05] * 2, color=RULE, linewidth=0.6, transform=self._inches)
        )
        for note in notes:
            self._put(EDGE, y - FOOT * LINE / 2, note, FOOT, MUTED, ha="left", va="center")
            y -= FOOT * LINE

    # methods used by charts

    def text(
        self, x: float, y: float, text: object, size: float = LABEL, color: str = INK, **how: Any
    ) -> None:
        """Add one line of text to the body at the given position, left-aligned and vertically centred by default."""
        self._put(
            EDGE + x,
            self.bottom + y,
            clean(text),
            size,
            color,
            **{"ha": "left", "va": "center_baseline", **how},
        )

    def lines(
        self, x: float, y: float, texts: list[str], size: float = LABEL, color: str = INK, **how: Any
    ) -> None:
        """Add lines of text to the body, vertically centred as a block on ``y``."""
        height = size * LINE
        for i, text in enumerate(texts):
            self.text(x, y + (len(texts) - 1) * height / 2 - i * height, text, size, color, **how)

    def rule(
        self, y: float, x: float = 0.0, end: float | None = None, color: str = RULE, wide: float = 0.6
    ) -> None:
        """Draw a horizontal line in the body, by default across its full width."""
        from matplotlib.lines import Line2D

        ends = [EDGE + x, EDGE + (self.wide if end is None else end)]
        self.canvas.add_artist(
            Line2D(
                ends, [self.bottom + y] * 2, color=color, linewidth=wide, transform=self._inches, zorder=0.5
            )
        )

    def mark(self, x: float, y: float, marker: str, color: str, face: str, size: float = 7.0) -> None:
        """Add a marker to the body at the given position."""
        from matplotlib.lines import Line2D

        self.canvas.add_artist(
            Line2D([EDGE + x], [self.bottom + y], marker=marker, markersize=size, markeredgecolor=color,
                   markerfacecolor=face, linestyle="none", transform=self._inches)
        )  # fmt: skip

    def axes(self, x: float, y: float, wide: float, tall: float) -> Axes:
        """Add axes to the body at the given position, with only the lower spine and without ticks."""
        box = ((EDGE + x) / WIDE, (self.bottom + y) / self.height, wide / WIDE, tall / self.height)
        ax = self.canvas.add_axes(box)
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_facecolor("none")
        return ax


def tick(ax: Axes, axis: str, positions: Sequence[float], labels: Sequence[str], grid: bool = True) -> None:
    """Set the ticks of the ``x`` or ``y`` axis, with labels in the typeface and, optionally, a light grid."""
    one = ax.xaxis if axis == "x" else ax.yaxis
    one.set_ticks(list(positions), labels=[clean(t) for t in labels])
    for label in one.get_ticklabels():
        label.set_fontproperties(font(TICK))
        label.set_color(MUTED)
    ax.tick_params(axis="x" if axis == "x" else "y", length=0, pad=3)
    if grid:
        ax.grid(axis="x" if axis == "x" else "y", color=GRID, linewidth=0.7)
        ax.set_axisbelow(True)


def turn_in(ax: Axes) -> None:
    """Keep the outermost tick labels of the horizontal axis within its limits, so that panels can be adjacent."""
    labels = ax.xaxis.get_ticklabels()
    if len(labels) > 1:
        low, high = ax.get_xlim()
        at = ax.xaxis.get_ticklocs()
        for label, place in zip(labels, at, strict=True):
            side = (place - low) / (high - low)
            label.set_horizontalalignment("left" if side < 0.02 else "right" if side > 0.98 else "center")


def note(ax: Axes, x: float, y: float, text: str, size: float = SMALL, color: str = INK, **how: Any) -> None:
    """Add one line of text at data coordinates, with a thin halo to keep it legible over other elements."""
    from matplotlib.patheffects import withStroke

    put = ax.text(x, y, clean(text), fontproperties=font(size), color=color, **how)
    put.set_path_effects([withStroke(linewidth=2.0, foreground=PAPER)])
