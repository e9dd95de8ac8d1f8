"""The item bank of ``literacy items``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from literacy.cli import options as opt
from literacy.cli.output import say

if TYPE_CHECKING:
    import pandas as pd

    from literacy.psychometrics import ItemAnalysis
    from literacy.sampling import Sample


def read_bank_of_items(path: str | None) -> pd.DataFrame | None:
    """Return the item bank; None if it does not yet exist."""
    from literacy.psychometrics import read_table_of_items

    return read_table_of_items(path) if path and Path(path).exists() else None


def enter_bank(
    path: str,
    earlier: pd.DataFrame | None,
    found: ItemAnalysis,
    sample: Sample,
    items: list[str] | None,
    by: str | None,
) -> None:
    """Add this wave to the item bank and write it."""
    import pandas as pd

    from literacy.psychometrics import Dif, describe_update, dif, update_bank

    tested = dif(sample, by, items=items, purify=True, adjust="bh") if by else None
    known = (
        [(i.name, i.dimension, i.benchmark) for i in sample.instrument.scored_items]
        if sample.instrument
        else []
    )
    about = pd.DataFrame(known, columns=["item", "dimension", "benchmark"]) if known else None
    if about is not None:
        about = about[about["item"].isin(set(found.table["item"]))]
    wave = sample.wave.name if sample.wave is not None else ""
    bank = update_bank(earlier, found, wave, about, tested if isinstance(tested, Dif) else None)
    opt.open_output(path, None, opt.DATA, "csv").data(bank)
    say(f"· {describe_update(bank, wave)}")
