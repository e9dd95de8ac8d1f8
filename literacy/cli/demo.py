"""``literacy demo``: the whole analysis of the synthetic sample survey, from data files to the goal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from literacy._resources import SHIPPED
from literacy.cli.output import Output, fill_output
from literacy.messages import language, tell

if TYPE_CHECKING:
    import pandas as pd

    from literacy.sampling import Sample

SURVEY, YEAR = SHIPPED, 2025


@click.command("demo")
@click.option(
    "-o", "--out", default="out/demo", show_default=True, help="Folder for scores, tables and figures."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), multiple=True, help="Languages of the figures (default: both)."
)
def command(out: str, lang: tuple[str, ...]) -> None:
    """Score, weight, estimate, project and draw the synthetic sample survey.

    \b
    Example:
      literacy demo -o out/demo
    """
    from literacy.answers import write_table
    from literacy.instrument import load_goal, load_margins
    from literacy.report import make_report
    from literacy.workflow.samples import load_samples

    with fill_output(out) as filling:
        samples = load_samples(_sample_files(), SURVEY)
        for year, sample in samples.items():
            write_table(sample.to_frame(), filling.fresh / f"weighted_{year}.csv")
        goal = load_goal(SURVEY, YEAR)
        report = make_report(samples, [goal], margins=load_margins(SURVEY, YEAR))
        report.write(filling.fresh, lang=lang or ("zh", "en"))
    _print_results(samples[YEAR], report.projection, Path(out))


def _sample_files() -> tuple[str, ...]:
    """Return the paths of the sample data of the survey's waves up to the year."""
    from literacy._resources import sample_data
    from literacy.instrument import load_instrument

    waves = [w for w in load_instrument(SURVEY).waves if w.data and w.year is not None and w.year <= YEAR]
    return tuple(str(sample_data(w.data)) for w in waves)


def _shown(frame: pd.DataFrame, sample: Sample) -> str:
    """Format a table of shares for display."""
    from literacy._display import format_table
    from literacy._readable import readable

    if language() != "en":
        labels = {
            c: {str(v): t.get(language()) for v, t in known.items()}
            for c, known in sample.origin.labels.items()
        }
        frame = readable(frame, language(), "share", labels)
    return format_table(frame)


def _print_results(sample: Sample, projection: object, folder: Path) -> None:
    from literacy.workflow.demonstration import groups_beside_truth, standards_side_by_side

    figures = sorted(p for p in (folder / "figures").iterdir() if p.suffix == ".png")
    lines = [
        "",
        tell(
            "Share literate in {}, by group (SYNTHETIC data; the truth is known because the "
            "population is simulated)",
            YEAR,
        ),
        _shown(groups_beside_truth(sample, YEAR), sample),
        "",
        tell("The same answers scored by two standards (never to be joined in one trend)"),
        _shown(standards_side_by_side(SURVEY, YEAR), sample),
        "",
        str(projection),
        "",
        tell("Figures in {} (each also as SVG):", folder / "figures"),
        *(f"  {p.name}" for p in figures),
        tell("Tables in {}, weighted respondents in {}", folder / "tables", folder),
        "",
    ]
    Output("-", "table").text("\n".join(lines))
