"""What tests of reading block by block share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from literacy.answers import parts
from literacy.files import readers, tablefile
from literacy.workflow.streaming import streamed_answers, streamed_rows


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Reads files from now on in blocks of so many rows."""

    def begin(rows: int) -> None:
        monkeypatch.setattr(readers, "SMALL", 0)
        for module in (readers, tablefile):
            monkeypatch.setattr(module, "ROWS", rows)
        for other in (streamed_rows, streamed_answers, parts):
            monkeypatch.setattr(other, "CELLS", 0)

    return begin
