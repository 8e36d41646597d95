"""The states that a run visits, replayed from its experiment: nothing of a run is kept on the server."""

from __future__ import annotations

from collections.abc import Generator

from core.experiment import Experiment
from core.numeric import finite
from core.run import HOP, Walker
from core.state import State, start

MOST_VISITS = 200


def replay(experiment: Experiment, steps: int, most: int = MOST_VISITS) -> Generator[float, None, list[State]]:
    """Steps 0, k, 2k, … and the last of the run from its start; at most `most` and two, none after it diverged.

    Yields the share that is done.
    """
    every = max(1, -(-steps // most))
    walker = Walker(experiment, start(experiment))
    found = [walker.state]
    taken = 0
    while taken < steps:
        hop = min(HOP, every - taken % every, steps - taken)
        for some in walker.going(hop):
            yield (taken + some) / steps
        taken += hop
        if not finite(walker.state.params):
            break
        if taken % every == 0 or taken == steps:
            found.append(walker.state)
        yield taken / steps
    return found
