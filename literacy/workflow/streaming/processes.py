"""Processing of shares of a large file by several processes of this machine."""

from __future__ import annotations

import operator
import pickle
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING, Any

from literacy._merging import merge_tree
from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.streaming.errands import Errand, make_errand
from literacy.workflow.streaming.streamed_samples import BlockSample, Harvest, Work

if TYPE_CHECKING:
    from literacy.files import Share

RETRIES = 3
"""Maximum number of times shares are processed again after a process was lost."""
AHEAD = 2
"""Maximum number of shares per process that are submitted before the earliest result is added."""


LOADED = (
    "literacy.workflow.streaming.streamed_answers",
    "literacy.scoring",
    "literacy.estimation",
    "pyarrow.parquet",
)
"""Modules loaded once, in a process from which the workers are forked."""


class LocalCrew:
    """Worker processes on this machine."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        """Start the processes, which load their modules while this one goes on."""
        # a fork of this process would inherit Arrow's threads in an undefined state; that of a fresh one does not
        context: Any
        if "forkserver" in get_all_start_methods():
            context = get_context("forkserver")
            context.set_forkserver_preload(list(LOADED))
        else:
            context = get_context("spawn")
        pool = ProcessPoolExecutor(self._count, context, initializer=_begin)
        for _ in range(self._count):
            pool.submit(_begin)
        return pool

    def close(self) -> None:
        """Terminate the processes."""
        self._pool.shutdown(cancel_futures=True)

    def gather(self, sample: BlockSample, work: Work, shares: Sequence[Share]) -> Harvest:
        """Return the processes' results for all shares, merged in the same tree as in a single process.

        Raises
        ------
        LiteracyError
            Any error raised in a process; ``cluster.lost`` if processes were lost repeatedly.
        """
        errand = make_errand(sample, work)
        made: Harvest = merge_tree(self._results(errand.path, pickle.dumps(errand), shares), operator.add)
        return made

    def _results(self, path: str, errand: bytes, shares: Sequence[Share]) -> Iterator[Harvest]:
        """Yield results in the order of the shares, with few held at once; shares of lost processes are resubmitted."""
        left = deque(shares)
        given: deque[tuple[Share, Future[Harvest]]] = deque()
        lost = 0
        while left or given:
            try:
                while left and len(given) < AHEAD * self._count:
                    given.append((left[0], self._pool.submit(_run, errand, left[0])))
                    left.popleft()
                found = given[0][1].result()
            except BrokenProcessPool as error:
                lost += 1
                if lost > RETRIES:
                    raise LiteracyError(
                        "cluster.lost", where=path,
                        what=tell("{} processes were lost one after the other", lost),
                        fix="read the file with fewer processes: --workers 1",
                    ) from error  # fmt: skip
                left.extendleft(share for share, _ in reversed(given))
                given.clear()
                self._pool.shutdown(cancel_futures=True)
                self._pool = self._start()
                continue
            given.popleft()
            yield found


def _begin() -> None:
    """Initialise a worker: ignore interruptions, which the parent process handles, and load the modules needed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import literacy.estimation
    import literacy.files
    import literacy.scoring  # noqa: F401


def _run(errand: bytes, share: Share) -> Harvest:
    opened, sample = _open(errand)
    made = sample.harvest(opened.work, share)
    sample.file.require_unchanged()
    return made


@lru_cache(maxsize=1)
def _open(errand: bytes) -> tuple[Errand, BlockSample]:
    """Open the file of an errand, once for all shares that this process is given."""
    opened: Errand = pickle.loads(errand)
    return opened, opened.open()


@contextmanager
def open_processes(count: int) -> Iterator[LocalCrew]:
    """Start *count* worker processes on this machine."""
    crew = LocalCrew(count)
    try:
        yield crew
    finally:
        crew.close()
