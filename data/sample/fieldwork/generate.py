"""Make the files of this folder again: a frame, its residents, a sample, visits and answers; the same bytes.

Run ``python data/sample/fieldwork/generate.py [FOLDER]``. SYNTHETIC: units carry the names of Erenhot's communities and
gachas, but all sizes, residents, visits and scores are invented.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from literacy.answers import write_table
from literacy.fieldwork import Frame, read_frame, select, select_within
from literacy.instrument import load_frame
from literacy.kernels.fieldwork.random_stream import RandomStream

HERE = Path(__file__).resolve().parent
SEED = 20260506
SIZES = (96, 74, 61, 83, 110, 905, 780, 640, 720, 850, 690, 560, 610)
BANDS = ("18-29", "30-39", "40-49", "50-59", "60-69")
ANSWERING = (0.52, 0.62, 0.70, 0.78, 0.84)
LITERATE = (0.26, 0.18, 0.12, 0.07, 0.04)
DAYS = pd.date_range("2026-05-06", "2026-05-26")
INTERVIEWERS = 6


def make_frame() -> pd.DataFrame:
    """The office's list, headed in Chinese."""
    units = load_frame("erenhot")
    kind = units["stratum"].map({"sumu": "苏木", "town": "社区"})
    return pd.DataFrame({"村/社区": units["zh"], "层": kind, "人数": SIZES, "备注": "合成数据 SYNTHETIC"})


def make_residents(frame: Frame) -> pd.DataFrame:
    """A list of adults: unit, number, sex, age band; no names."""
    rows = []
    for unit, size in zip(frame.table["unit"], frame.table["size"], strict=True):
        stream = RandomStream(SEED, f"people|{unit}")
        for k in range(int(size)):
            age = min(int(stream.uniform() * 5.4), 4)
            rows.append((unit, k + 1, "12"[stream.below(2)], BANDS[age]))
    return pd.DataFrame(rows, columns=["unit", "household", "sex", "age_band"])


def make_field(sample: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Visits to everybody drawn, and who of those who answered is literate."""
    visits, answers = [], []
    for place, row in enumerate(sample.to_dict("records")):
        stream = RandomStream(SEED, f"field|{row['unit']}|{row['household']}")
        age = BANDS.index(str(row["age_band"]))
        who = f"A{place % INTERVIEWERS + 1:02d}"
        day = stream.below(len(DAYS) - 6)
        if stream.uniform() < 0.03:
            visits.append((row["unit"], row["household"], who, DAYS[day], "4.60"))
            continue
        outcome = "1.1" if stream.uniform() < ANSWERING[age] else ("2.11", "2.24", "2.25")[stream.below(3)]
        tries = 1 + stream.below(3) if outcome in ("1.1", "2.11") else 3
        for k in range(tries):
            last = k == tries - 1
            visits.append(
                (row["unit"], row["household"], who, DAYS[day + 2 * k], outcome if last else "2.24")
            )
        literate = int(stream.uniform() < LITERATE[age])
        if outcome == "1.1":
            answers.append((row["unit"], row["household"], literate))
    log = pd.DataFrame(visits, columns=["unit", "household", "interviewer", "date", "disposition"])
    log["date"] = log["date"].dt.strftime("%Y-%m-%d")
    return log.sort_values(["date", "unit", "household"], kind="stable"), pd.DataFrame(
        answers, columns=["unit", "household", "literate"]
    )


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """The list as a workbook."""
    from datetime import datetime

    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    book.set_properties({"created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet("抽样框")
    for j, name in enumerate(frame.columns):
        sheet.write_string(0, j, str(name))
        for i, cell in enumerate(frame[name], start=1):
            if isinstance(cell, str):
                sheet.write_string(i, j, cell)
            else:
                sheet.write_number(i, j, int(cell))
    book.close()


def generate(folder: Path) -> None:
    """Write all files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_frame(make_frame(), folder / "frame.xlsx")
    frame = read_frame(folder / "frame.xlsx")
    residents = make_residents(frame)
    drawn = select(frame, {"社区": 6, "苏木": 4}, seed=SEED, method="sampford", take={"社区": 70, "苏木": 40})
    sample = select_within(drawn, residents).to_frame()
    visits, answers = make_field(sample)
    for name, table in (
        ("residents", residents),
        ("sample", sample),
        ("visits", visits),
        ("answers", answers),
    ):
        write_table(table, folder / f"{name}.csv")


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
