"""CPU time of a piece of work."""

import time
from collections.abc import Callable


def best_of(work: Callable[[], object], rounds: int = 3) -> float:
    """CPU seconds of the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best
