"""A copy of the Erenhot survey to break on purpose."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from literacy._resources import surveys_dir
from literacy.instrument import check_survey


class Copy:
    """A survey's folder that can be edited; `findings` is what the checker says about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def edit(self, file: str, old: str, new: str, count: int = 1) -> Copy:
        path = self.folder / file
        text = path.read_text(encoding="utf-8-sig")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, count), encoding="utf-8")
        return self

    def append(self, file: str, text: str) -> Copy:
        path = self.folder / file
        path.write_text(path.read_text(encoding="utf-8-sig") + text, encoding="utf-8")
        return self

    def standard(self, name: str) -> Copy:
        (self.folder / "standards").mkdir(exist_ok=True)
        for path in (surveys_dir() / "standards").glob(f"{name}*"):
            shutil.copy(path, self.folder / "standards" / path.name)
        return self

    @property
    def findings(self) -> list[str]:
        return [str(f).replace(f"{self.folder.as_posix()}/", "") for f in check_survey(self.folder)]


@pytest.fixture
def survey(tmp_path: Path) -> Copy:
    shutil.copytree(surveys_dir() / "erenhot", tmp_path / "erenhot")
    return Copy(tmp_path / "erenhot")
