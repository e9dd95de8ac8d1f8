"""Descriptions of the processing of a share that can be sent to another process or machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from literacy.workflow.streaming.streamed_samples import BlockSample, Harvest, Work

if TYPE_CHECKING:
    from literacy.files import Share

_CLOSED: Any = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Description of a share's processing, with the information needed to open the file instead of an open file."""

    path: str
    asked: dict[str, Any]
    looks: dict[str, Any]
    sample: BlockSample
    work: Work

    def open(self) -> BlockSample:
        """Open the file, which stays open as long as the sample of its rows is used."""
        from literacy.files import open_table

        file = open_table(self.path, **self.asked)
        file.settle(self.looks)
        return replace(self.sample, file=file)

    def run(self, share: Share) -> Harvest:
        """Return the results for a share."""
        sample = self.open()
        with sample.file:
            return sample.harvest(self.work, share)


def make_errand(sample: BlockSample, work: Work) -> Errand:
    """Return the description of a computation on the rows of an open file."""
    file = sample.file
    bare = replace(sample, file=_CLOSED, crew=None, rows=sample.rows.alone())
    return Errand(file.where, file.asked, sample.rows.looks(file), bare, work)
