"""Shares of a large file read by several processes or machines of a Dask cluster (the extra ``cluster``)."""

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
"""How often a share is read again after the worker that had it was lost."""
_CLOSED: Any = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What another process needs to read a share: no open file, but how to open it and what is known of it."""

    path: str
    asked: dict[str, Any]
    looks: dict[str, Any]
    sample: BlockSample
    work: Work

    def run(self, share: Share) -> Harvest:
        """What is found in a share."""
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
        """What the workers find in all shares, merged on them in the tree of a single process.

        Raises
        ------
        LiteracyError
            What a worker met in a share; ``cluster.lost`` where workers were lost again and again.
        """
        file = sample.file
        bare = replace(sample, file=_CLOSED, crew=None, rows=sample.rows.alone())
        errand = Errand(file.where, file.asked, sample.rows.looks(file), bare, work)
        # sent with every share: what is scattered is lost with the worker that holds it
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
    """Workers of a cluster at an address, or so many processes of this machine; None for one.

    Raises
    ------
    LiteracyError
        ``cluster.missing`` without the extra; ``cluster.address`` where nobody answers.
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
