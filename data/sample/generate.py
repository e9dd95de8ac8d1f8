"""Make the synthetic sample: waves, items, their truths (.csv) and the tables of README.md; the same bytes always.

Run ``python data/sample/generate.py [FOLDER]``; without a folder the files beside this script are replaced.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True  # the folder travels with the package

from city.bank import keep_bank  # noqa: E402
from city.files import lay_out, save  # noqa: E402
from city.forms import FORMS  # noqa: E402
from city.items import ITEM_YEARS, answer_items, item_truth  # noqa: E402
from city.tables import fill_readme  # noqa: E402
from city.waves import WITH_PUPILS, YEARS, adults_of, field, pupils_of, truths  # noqa: E402

from literacy.instrument import load_instrument, load_margins  # noqa: E402


def generate(folder: Path) -> None:
    """Write all files into a folder; README.md is filled where the folder has one."""
    instrument = load_instrument("erenhot")
    known = item_truth(instrument.scored_items)
    known.to_csv(folder / "items_truth.csv", index=False, lineterminator="\n")
    records: list[dict[str, object]] = []
    sizes: list[dict[str, int]] = []
    for year in YEARS:
        adults = adults_of(instrument, load_margins("erenhot", year), year)
        pupils = pupils_of(instrument, year) if year in WITH_PUPILS else None
        records += truths(year, adults, pupils, instrument)
        table = field(year, adults, pupils, instrument)
        sheet = lay_out(table, instrument, FORMS[year])
        save(
            sheet,
            folder / f"erenhot_{year}.sav",
            f"Synthetic sample wave {year} (no resident was interviewed)",
        )
        if year in ITEM_YEARS:
            plain = field(year, adults, None, instrument)
            answered = answer_items(plain, adults, instrument, year, known)
            save(
                lay_out(answered, instrument, FORMS[year]),
                folder / f"items_{year}.sav",
                f"Synthetic items {year}: known parameters (no resident was interviewed)",
            )
        at_school = int((table["stratum"] > 5).sum())
        sizes.append({"wave": year, "adults": len(table) - at_school, "pupils": at_school})
    bank = keep_bank(folder, instrument, ITEM_YEARS)
    bank.to_csv(folder / "items_bank.csv", index=False, lineterminator="\n")
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    readme = folder / "README.md"
    if readme.is_file():
        text = fill_readme(readme.read_text(encoding="utf-8"), records, sizes, instrument)
        readme.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
