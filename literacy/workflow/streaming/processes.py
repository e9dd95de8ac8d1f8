"""Shares of a large file read by several processes of this machine."""

from __future__ import annotations

import operator
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING

from literacy._merging import merge_tree
from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.streaming.errands import Errand, make_errand
from literacy.workflow.streaming.streamed_samples import BlockSample, Harvest, Work

if TYPE_CHECKING:
    from literacy.files import Share

RETRIES = 3
"""How often shares are read again after a process that had one was lost."""
AHEAD = 2
"""Shares a process is given before those before them are added up."""


class LocalCrew:
    """Processes of this machine."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # a fresh interpreter each: a copy of this process would inherit the threads of Arrow in any state
        return ProcessPoolExecutor(self._count, get_context("spawn"), initializer=_begin)

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def gather(self, sample: BlockSample, work: Work, shares: Sequence[Share]) -> Harvest:
        """What the processes find in all shares, merged in the tree of a single process.

        Raises
        ------
        LiteracyError
            What a process met in a share; ``cluster.lost`` where processes were lost again and again.
        """
        errand = make_errand(sample, work)
        made: Harvest = merge_tree(self._results(errand, shares), operator.add)
        return made

    def _results(self, errand: Errand, shares: Sequence[Share]) -> Iterator[Harvest]:
        """Harvests in the order of the shares; few are held, and shares of a lost process are given out again."""
        left = deque(shares)
        given: deque[tuple[Share, Future[Harvest]]] = deque()
        lost = 0
        while left or given:
            while left and len(given) < AHEAD * self._count:
                share = left.popleft()
                given.append((share, self._pool.submit(_run, errand, share)))
            try:
                found = given[0][1].result()
            except BrokenProcessPool as error:
                lost += 1
                if lost > RETRIES:
                    raise LiteracyError(
                        "cluster.lost", where=errand.path,
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
    """An interruption is the business of the process that was started by the user; load what every share needs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import literacy.estimation
    import literacy.files
    import literacy.scoring  # noqa: F401


def _run(errand: Errand, share: Share) -> Harvest:
    return errand.run(share)


@contextmanager
def open_processes(count: int) -> Iterator[LocalCrew]:
    """So many processes of this machine."""
    crew = LocalCrew(count)
    try:
        yield crew
    finally:
        crew.close()
