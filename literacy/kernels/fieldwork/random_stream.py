"""Reproducible random numbers, identical on every machine and with every version of every library.

The generator is counter-based: take SHA-256 of the UTF-8 text ``literacy/1|seed|name|counter``, read its first eight
bytes as a big-endian integer and shift right by 11 bits. The result is a whole number ``u`` from 0 to 2**53 - 1, and
``u / 2**53`` is the uniform number. Any program with SHA-256 can repeat it. The generators of numpy and Python are not
used because their streams may change between versions.

References
----------
FIPS 180-4 (SHA-256). Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3" (counter-based
generators).
"""

from __future__ import annotations

import hashlib

BITS = 53
ONE = 1 << BITS


class RandomStream:
    """Stream of random numbers for one purpose; streams with different names are independent.

    Parameters
    ----------
    seed : int
    name : str
        Purpose of the numbers, for example ``select|town``.

    Examples
    --------
    >>> RandomStream(1, "example").next_integer()
    783982535643299
    """

    __slots__ = ("_count", "_head")

    def __init__(self, seed: int, name: str) -> None:
        self._head = f"literacy/1|{seed}|{name}|".encode()
        self._count = 0

    def next_integer(self) -> int:
        """Next whole number from 0 to 2**53 - 1."""
        digest = hashlib.sha256(self._head + str(self._count).encode()).digest()
        self._count += 1
        return int.from_bytes(digest[:8], "big") >> (64 - BITS)

    def uniform(self) -> float:
        """Next number in [0, 1), by exact division."""
        return self.next_integer() / ONE

    def below(self, n: int) -> int:
        """Next whole number from 0 to ``n`` - 1, by integer arithmetic; uniform to within 2**-40."""
        return self.next_integer() * n >> BITS

    def shuffle(self, n: int) -> list[int]:
        """Random permutation of 0 to ``n`` - 1, by sorting one random number for each."""
        keys = [self.next_integer() for _ in range(n)]
        return sorted(range(n), key=lambda i: (keys[i], i))
