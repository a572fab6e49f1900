"""Outcomes of a unit's duties in a byte or two each: numbers in order, kept as their differences, compressed."""

import sys
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, pairwise

_BITS = 3


def pack(outcomes: Iterable[tuple[int, int]]) -> bytes:
    """(duty's row id, outcome's number below 8) in any order; row ids below 2**29."""
    numbers = sorted(duty << _BITS | outcome for duty, outcome in outcomes)
    deltas = array("I", (b - a for a, b in pairwise((0, *numbers))))
    if sys.byteorder == "big":
        deltas.byteswap()
    return zlib.compress(deltas.tobytes(), 1)


def unpack(packed: bytes) -> dict[int, int]:
    """Outcome's number by duty's row id."""
    deltas = array("I")
    deltas.frombytes(zlib.decompress(packed))
    if sys.byteorder == "big":
        deltas.byteswap()
    return {number >> _BITS: number & 7 for number in accumulate(deltas)}
