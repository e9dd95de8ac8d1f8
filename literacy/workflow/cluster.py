"""Processing of shares of a large file by several processes or machines of a Dask cluster (extra ``cluster``)."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from literacy._merging import merge_tree
from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.streamed_samples import BlockSample, Harvest, Work

if TYPE_CHECKING:
    from literacy.files import Share

RETRIES = 3
"""How often a share is processed again after its worker was lost."""
_CLOSED: Any = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Description of a share's processing that can be sent to another process: no open file, but how to open it."""

    path: str
    asked: dict[str, Any]
    looks: dict[str, Any]
    sample: BlockSample
    work: Work

    def run(self, share: Share) -> Harvest:
        """Return the result for a share."""
        from literacy.files import open_table

        with open_table(self.path, **self.asked) as file:
            file.settle(self.looks)
            return replace(self.sample, file=file).harvest(self.work, share)


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
        file = sample.file
        bare = replace(sample, file=_CLOSED, crew=None, rows=sample.rows.alone())
        errand = Errand(file.where, file.asked, sample.rows.looks(file), bare, work)
        # sent with every share: scattered data are lost with the worker that holds them
        tasks = [self.client.submit(_run, errand, share, retries=RETRIES, pure=False) for share in shares]
        root = merge_tree(tasks, lambda a, b: self.client.submit(operator.add, a, b, pure=False))
        try:
            made: Harvest = root.result()
        except import_module("distributed").KilledWorker as error:
            raise LiteracyError(
                "cluster.lost", where=file.where, what=tell("{} workers were lost one after the other", RETRIES),
                fix="give every worker more memory, or read the file with fewer workers",
            ) from error  # fmt: skip
        return made


def _run(errand: Errand, share: Share) -> Harvest:
    return errand.run(share)


@contextmanager
def open_crew(workers: int = 1, address: str = "") -> Iterator[DaskCrew | None]:
    """Connect to the workers of a cluster at an address, or start processes on this machine; None for a single one.

    Raises
    ------
    LiteracyError
        ``cluster.missing`` without the extra; ``cluster.address`` if the address does not respond.
    """
    if workers <= 1 and not address:
        yield None
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise LiteracyError(
            "cluster.missing", where=address or f"--workers {workers}", what="Dask is not installed",
            fix="pip install 'science-literacy[cluster]'",
        ) from error  # fmt: skip
    if not address:
        options = {"threads_per_worker": 1, "processes": True, "dashboard_address": "127.0.0.1:0"}
        with (
            distributed.LocalCluster(n_workers=workers, **options) as local,
            distributed.Client(local) as client,
        ):
            yield DaskCrew(client)
        return
    try:
        client = distributed.Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise LiteracyError(
            "cluster.address", where=address, what="no Dask scheduler answers there",
            fix="start one (dask scheduler), or say --workers N for processes of this machine",
        ) from error  # fmt: skip
    with client:
        yield DaskCrew(client)
