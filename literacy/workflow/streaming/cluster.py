"""Processing of shares of a large file by processes of this machine or by a Dask cluster (extra ``cluster``)."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from literacy._merging import merge_tree
from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.streaming.errands import Errand, make_errand
from literacy.workflow.streaming.processes import LocalCrew, open_processes
from literacy.workflow.streaming.streamed_samples import BlockSample, Harvest, Work

if TYPE_CHECKING:
    from literacy.files import Share

RETRIES = 3
"""Maximum number of times a share is processed again after its worker was lost."""


@dataclass(frozen=True, slots=True)
class DaskCrew:
    """Workers of a Dask cluster.

    Attributes
    ----------
    client : distributed.Client
    """

    client: Any

    def gather(self, sample: BlockSample, work: Work, shares: Sequence[Share]) -> Harvest:
        """Return the workers' results for all shares, merged in the same tree as in a single process.

        Raises
        ------
        LiteracyError
            Any error raised by a worker; ``cluster.lost`` if workers were lost repeatedly.
        """
        errand = make_errand(sample, work)
        # sent with every share: scattered data are lost with the worker that holds them
        tasks = [self.client.submit(_run, errand, share, retries=RETRIES, pure=False) for share in shares]
        root = merge_tree(tasks, lambda a, b: self.client.submit(operator.add, a, b, pure=False))
        try:
            made: Harvest = root.result()
        except import_module("distributed").KilledWorker as error:
            raise LiteracyError(
                "cluster.lost", where=errand.path, what=tell("{} workers were lost one after the other", RETRIES),
                fix="give every worker more memory, or read the file with fewer workers",
            ) from error  # fmt: skip
        return made


def _run(errand: Errand, share: Share) -> Harvest:
    return errand.run(share)


@contextmanager
def open_crew(workers: int = 1, address: str = "") -> Iterator[DaskCrew | LocalCrew | None]:
    """Connect to the cluster at *address*, or start processes on this machine; yields None if one process suffices.

    Raises
    ------
    LiteracyError
        ``cluster.missing`` without the extra; ``cluster.address`` if the address does not respond.
    """
    if not address:
        if workers <= 1:
            yield None
            return
        with open_processes(workers) as crew:
            yield crew
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise LiteracyError(
            "cluster.missing", where=address, what="Dask is not installed",
            fix="pip install 'science-literacy[cluster]'",
        ) from error  # fmt: skip
    try:
        client = distributed.Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise LiteracyError(
            "cluster.address", where=address, what="no Dask scheduler answers there",
            fix="start one (dask scheduler), or say --workers N for processes of this machine",
        ) from error  # fmt: skip
    with client:
        yield DaskCrew(client)
