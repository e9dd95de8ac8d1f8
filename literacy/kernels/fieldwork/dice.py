"""Random numbers that are the same on every machine and with every version of every library.

A number is made by counting, not from a state: SHA-256 of ``literacy/1|seed|name|counter`` in UTF-8; its first eight
bytes, read as a big-endian integer and shifted right by 11 bits, are a whole number ``u`` from 0 to 2**53 - 1, and
``u / 2**53`` is the uniform number. Any program with SHA-256 repeats it. Nothing of numpy's or Python's own generators
is used, whose streams may change from version to version.

References
----------
FIPS 180-4 (SHA-256). Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3" (counter-based
generators).
"""

from __future__ import annotations

import hashlib

BITS = 53
ONE = 1 << BITS


class Dice:
    """A stream of numbers for one use; streams of other names are independent of it.

    Parameters
    ----------
    seed : int
    name : str
        What the numbers are for, for example ``select|town``.

    Examples
    --------
    >>> Dice(1, "example").throw()
    783982535643299
    """

    __slots__ = ("_count", "_head")

    def __init__(self, seed: int, name: str) -> None:
        self._head = f"literacy/1|{seed}|{name}|".encode()
        self._count = 0

    def throw(self) -> int:
        """The next whole number from 0 to 2**53 - 1."""
        digest = hashlib.sha256(self._head + str(self._count).encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8], "big") >> (64 - BITS)

    def uniform(self) -> float:
        """The next number in [0, 1); the division is exact."""
        return self.throw() / ONE

    def below(self, n: int) -> int:
        """The next whole number from 0 to ``n`` - 1 (exact integer arithmetic, each as likely to within 2**-40)."""
        return self.throw() * n >> BITS

    def shuffle(self, n: int) -> list[int]:
        """The numbers 0 to ``n`` - 1 in random order (sorted by one throw each)."""
        keys = [self.throw() for _ in range(n)]
        return sorted(range(n), key=lambda i: (keys[i], i))
