"""What is personal is decided for a whole column, whatever the blocks: columns left out, and cells removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.privacy import Glimpses, has_personal_numbers, personal_content
from literacy.privacy.privacy import find_personal
from tests.conftest import some
from tests.workflow.test_block_words import both

N = 900
RNG = np.random.default_rng(4)
PHONES = [f"1{RNG.integers(3, 10)}{RNG.integers(10**8, 10**9)}" for _ in range(N)]
DAYS = [f"{RNG.integers(1940, 2006)}{RNG.integers(1, 13):02}{RNG.integers(1, 29):02}" for _ in range(N)]
COLUMNS: dict[str, Callable[[int], str]] = {
    "phones throughout some blocks": lambda row: PHONES[row] if 300 <= row < 400 else f"意见{row}",
    "phones in the second half": lambda row: PHONES[row] if row >= 450 else "无",
    "phones in the second half, else nothing": lambda row: PHONES[row] if row >= 450 else "",
    "numbers, and phones at the end": lambda row: PHONES[row] if row >= 800 else str(row),
    "amounts like phones in some blocks": lambda row: PHONES[row] if 300 <= row < 320 else str(3 * 10**10 + row),
    "amounts with marks": lambda row: f'"{3 * 10**10 + row:,}"' if row % 50 else f'"{int(PHONES[row]):,}"',
    "fractions, and phones at the end": lambda row: PHONES[row] if row >= 850 else f"{row / 8}",
    "birthdays in the second half": lambda row: DAYS[row] if row >= 300 else str(row % 7),
    "birthdays after gaps": lambda row: DAYS[row] if row >= 300 else "",
}  # fmt: skip


def make_file(column: str, path: Path) -> Path:
    lines = [f"{row % 2},{COLUMNS[column](row)}" for row in range(N)]
    path.write_text("\n".join(("y,found", *lines)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("rows", some([37, 100, 400]))
@pytest.mark.parametrize("column", COLUMNS)
def test_blocks_leave_out_and_remove_what_all_rows_do(
    column: str, rows: int, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    path = str(make_file(column, tmp_path / "t.csv"))
    for asked in (["--share", "y", "--by", "found"], ["--mean", "found"]):
        whole, found, said = both(["estimate", path, *asked, "--format", "csv"], blocks, rows)
        assert not said and whole.exit_code == found.exit_code
        assert whole.exit_code or len(whole.stdout) == len(found.stdout) or asked[0] == "--mean"


@pytest.mark.parametrize("rows", some([37, 400]))
@pytest.mark.parametrize("column", COLUMNS)
def test_survey_answers_in_blocks_lose_what_all_rows_lose(
    column: str, rows: int, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    make_file(column, tmp_path / "t.csv")
    sample = lit.read_table(lit.sample_data("erenhot_2025.sav")).head(N).reset_index(drop=True)
    other = pd.read_csv(tmp_path / "t.csv", thousands=None)["found"]
    path = str(tmp_path / "answers.csv")
    sample.assign(found=other).to_csv(path, index=False)
    asked = ["estimate", path, "-i", "erenhot", "-w", "2025", "--share", "literate", "--by", "found"]
    whole, found, said = both([*asked, "--format", "csv"], blocks, rows)
    assert not said and whole.exit_code == found.exit_code


def parts_of(cells: pd.Series, rows: int) -> Glimpses:
    glimpses = Glimpses()
    for first in range(0, len(cells), rows):
        glimpses.hear(pd.DataFrame({"c": cells.iloc[first : first + rows]}), ["c"])
    return glimpses


@pytest.mark.parametrize("rows", some([200, 700, 9000], 2))
@pytest.mark.parametrize("seed", some(range(6), 3))
def test_the_verdict_on_the_cells_that_decide_is_that_on_all(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 4000))
    phones = rng.integers(13 * 10**9, 19 * 10**9, n).astype(np.float64)
    small = rng.integers(0, int(rng.choice([3, 14, 500, 10**6])), n) / rng.choice([1, 4])
    share = rng.choice([0.0, 0.02, 0.2, 0.29, 0.31, 0.9])
    numbers = np.where(rng.random(n) < share, phones, small)
    days = np.array([float(DAYS[i]) for i in rng.integers(0, N, n)])
    for values in (numbers, np.where(rng.random(n) < 0.95, days, small), np.sort(numbers), 3e10 + numbers):
        holes = pd.Series(np.where(rng.random(n) < 0.1, np.nan, values))
        texts = holes.map(lambda v: f"{v:.0f}", na_action="ignore")
        for cells in (holes, texts, holes.dropna().astype("int64").reset_index(drop=True)):
            (heard,) = parts_of(cells, rows).cells.values() if len(cells) else (cells,)
            assert len(heard) <= 2500
            assert personal_content(heard) == personal_content(cells)
            assert has_personal_numbers(heard) == has_personal_numbers(cells)
            assert find_personal({"手机号": heard}, {}) == find_personal({"手机号": cells}, {})
